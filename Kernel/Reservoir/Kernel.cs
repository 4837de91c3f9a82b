using Cosmos.Common;
using Cosmos.Core;
using Cosmos.Core.Runtime;
using Cosmos.HAL;
using Reservoir.Benchmarks.Latency;
using Reservoir.Threads;
using Reservoir.Time;
using Reservoir.Wiring;

namespace Reservoir;

/// <summary>
/// The boot, in order. <see cref="Plan"/> says where every byte goes, <see cref="Priorities"/> who gives way to whom, Wiring/ which driver
/// serves which service.
/// </summary>
public sealed class Kernel : Cosmos.System.Kernel
{
    private Scheduler _scheduler = null!;
    private TimeWiring _time = null!;
    private Reservations _reservations = null!;
    private ConsoleWiring _console = null!;
    private NetworkWiring _network = null!;
    private StorageWiring _storage = null!;
    private SelfTestWiring _tests = null!;
    private BenchmarkWiring? _benchmarks;
    private LatencyRun? _latency;

    /// <inheritdoc/>
    protected override void OnBoot()
    {
        _time = new TimeWiring();                                           // the processor's counter, measured; the timer
        _scheduler = new Scheduler(X86Processor.Instance, _time.Clock);     // nobody runs yet
        PCI.Setup();                                                        // what is plugged in
        _reservations = new Reservations(_scheduler);                       // the plan: all memory, or the end of the boot
        _console = new ConsoleWiring(_scheduler);                           // serial line, screen, keyboard, log
        Greet();
    }

    /// <inheritdoc/>
    protected override void BeforeRun()
    {
        AppointSupervisor();                                                                // threads that die are buried and started again
        // E1000 on its non-blocking pool; ARP, IPv4, ICMP, UDP, DHCP
        _network = new NetworkWiring(_scheduler, _reservations, _console);
        _storage = new StorageWiring(_scheduler, _reservations, _network, _console);        // ATA on its blocking pool; datagrams to disk
        // run by the shell's thread before its first prompt
        _tests = new SelfTestWiring(_scheduler, _reservations, _console);
        // the watchdog; what reservation is good for
        var demos = new DemoWiring(_scheduler, _reservations, _console, _network, _storage);
        _benchmarks = BenchmarkWiring.IsWanted ? new BenchmarkWiring(_scheduler, _reservations, _network.Stack) : null;
        _latency = LatencyWiring.IsWanted ? LatencyWiring.Create(_scheduler, _reservations, _network, _storage) : null;
        ShellWiring.Start(_scheduler, _time, _reservations, _console, _network, _storage, _tests, demos, _benchmarks, _latency);
        StartInterrupts();                                                  // the timer, and threads that give way
        _network.Open();                                                    // frames may come
        Seal();                                                             // nothing is given out after this
    }

    /// <inheritdoc/>
    protected override void Run() => _scheduler.Start();

    private void Greet()
    {
        nuint usable = _reservations.Memory.UsableBytes / (1024 * 1024);
        System.Span<byte> brand = stackalloc byte[CPU.BrandBytes];
        _console.Messages.WriteLine(
            $"Reservoir on {CPU.GetBrand(brand)}, {usable} MiB; the plan's {_reservations.Memory.LineCount} lines are reserved");
        _time.Describe(_console.Messages);
        Reservations.Describe(_console.Messages);
    }

    private void AppointSupervisor()
    {
        var supervisor = new Supervisor(_scheduler, _console.Input.Log.CreateWriter());
        supervisor.Appoint(_reservations.Thread("supervisor", Priorities.Supervisor, supervisor));
    }

    private void StartInterrupts()
    {
        Fault.EndThread = EndFaultedThread;
        Fault.DescribeThread = DescribeFaultedThread;
        INTs.Surround(_scheduler.EnterInterrupt, _scheduler.ExitInterrupt);
        _time.Start(_scheduler.ServeTimer);
    }

    private void Seal()
    {
        _console.Input.Log.MarkShown();
        _reservations.Memory.Seal();
        ManagedHeap.Seal();
    }

    private bool EndFaultedThread() => _scheduler.EndCurrent(ThreadEnd.Faulted);

    private void DescribeFaultedThread(TextOutput output) => output.Write($"in thread {_scheduler.Current.Name}: ");
}
