using Cosmos.Common;
using Cosmos.Core;
using Cosmos.Core.Runtime;
using Cosmos.HAL;
using Reservoir.Drivers.Ata;
using Reservoir.Drivers.E1000;
using Reservoir.Memory;
using Reservoir.Options;
using Reservoir.Threads;

namespace Reservoir;

/// <summary>
/// The boot, in order. <see cref="Plan"/> says where every byte goes and which thread gives way to which, the Wiring classes which driver
/// serves which service. Another image derives from this class and adds to its options, its plan and its services.
/// </summary>
public class Kernel : Cosmos.System.Kernel
{
    /// <summary>What the boot has made so far.</summary>
    protected Machine Machine { get; } = new();

    /// <inheritdoc/>
    protected override void OnBoot()
    {
        Machine.Options = ParseOptions();                                   // the command line, once
        Machine.Time = new TimeWiring(Machine.Options);                     // the processor's counter, measured; the timer
        Machine.Scheduler = new Scheduler(X86Processor.Instance, Machine.Time.Clock);   // no thread runs yet
        PCI.Setup();                                                        // what is plugged in
        Machine.Reservations = new Reservations(Machine, CreatePlan());     // the plan: all memory, or the end of the boot
        Machine.Console = new ConsoleWiring(Machine.Scheduler);             // serial line, screen, keyboard, log
        Greet();
    }

    /// <inheritdoc/>
    protected override void BeforeRun()
    {
        StartSupervisor();                                                  // threads that die are cleaned up and started again
        Machine.Network = new NetworkWiring(Machine, WrapCard);             // E1000 on its non-blocking pool; ARP, IPv4, ICMP, UDP, DHCP
        Machine.Storage = new StorageWiring(Machine, WrapDisk);             // ATA on its blocking pool; datagrams to disk
        Machine.Watchdog = StartWatchdog();                                 // deadlocks and pools under pressure are found and named
        Machine.SelfTests = new SelfTestWiring(Machine);                    // run by the shell's thread before its first prompt
        AddServices();                                                      // none in this image
        ShellWiring.Start(Machine);                                         // the commands, and the thread that people see
        StartInterrupts();                                                  // the timer, and threads that give way
        Machine.Network.Open();                                             // frames may come
        Seal();                                                             // nothing is given out after this
    }

    /// <inheritdoc/>
    protected override void Run() => Machine.Scheduler.Start();

    /// <summary>The options of this image, each with its default. Boot context.</summary>
    protected virtual KernelOptions CreateOptions() => new();

    /// <summary>The plan of this image. Boot context; the options are parsed.</summary>
    protected virtual PlanLine[] CreatePlan() => Plan.Create(Machine.Options);

    /// <summary>What the network driver takes for the card's registers: themselves, unless an image puts something between. Boot
    /// context.</summary>
    /// <param name="window">The registers.</param>
    protected virtual RegisterWindow WrapCard(RegisterWindow window) => window;

    /// <summary>What the disk driver takes for a channel's registers: themselves, unless an image puts something between. Boot
    /// context.</summary>
    /// <param name="windows">The registers.</param>
    protected virtual AtaWindows WrapDisk(AtaWindows windows) => windows;

    /// <summary>Further services and commands of an image. Boot context; all but the shell is there.</summary>
    protected virtual void AddServices()
    {
    }

    private KernelOptions ParseOptions()
    {
        KernelOptions options = CreateOptions();
        options.Parse(KernelCommandLine.Text);
        return options;
    }

    private void Greet()
    {
        TextOutput messages = Machine.Console.Messages;
        nuint usable = Machine.Reservations.Memory.UsableBytes / (1024 * 1024);
        System.Span<byte> brand = stackalloc byte[CPU.BrandBytes];
        messages.WriteLine(
            $"Reservoir on {CPU.GetBrand(brand)}, {usable} MiB; the plan's {Machine.Reservations.Memory.LineCount} lines are reserved");
        Machine.Time.Describe(messages);
        Machine.Options.WriteProblems(messages);
        Machine.Reservations.Describe(messages);
    }

    private void StartSupervisor()
    {
        var supervisor = new Supervisor(Machine.Scheduler, Machine.CreateLogWriter());
        supervisor.SetThread(Machine.Reservations.Thread(Plan.Supervisor, supervisor));
    }

    private Watchdog StartWatchdog()
    {
        var watchdog = new PoolWatchdog(Machine.Scheduler, Machine.Reservations.Pools, Machine.CreateLogWriter());
        Machine.Reservations.Thread(Plan.Watchdog, watchdog);
        return watchdog;
    }

    private void StartInterrupts()
    {
        Fault.EndThread = EndFaultedThread;
        Fault.DescribeThread = DescribeFaultedThread;
        INTs.Surround(Machine.Scheduler.EnterInterrupt, Machine.Scheduler.ExitInterrupt);
        Machine.Time.Start(Machine.Scheduler.ServeTimer);
    }

    private void Seal()
    {
        Machine.Console.Input.Log.MarkShown();
        Machine.Reservations.Memory.Seal();
        ManagedHeap.Seal();
    }

    private bool EndFaultedThread() => Machine.Scheduler.EndCurrent(ThreadEnd.Faulted);

    private void DescribeFaultedThread(TextOutput output) => output.Write($"in thread {Machine.Scheduler.Current.Name}: ");
}
