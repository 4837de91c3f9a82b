using Cosmos.Common;
using Cosmos.Core;
using Cosmos.Core.Multiboot;
using Cosmos.Core.Runtime;
using Cosmos.HAL;
using Reservoir.Benchmarks;
using Reservoir.Devices;
using Reservoir.Drivers.Disk;
using Reservoir.Drivers.Nic;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Pools;
using Reservoir.SelfTest;
using Reservoir.Shell;
using Reservoir.Shell.Commands;
using Reservoir.Storage;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir;

/// <summary>The boot, in order. <see cref="Plan"/> says where every byte goes, <see cref="Priorities"/> who gives way to whom.</summary>
public sealed class Kernel : Cosmos.System.Kernel
{
    private const uint TicksPerSecond = 1000;
    private const byte TimerLine = 0;
    private const byte SerialLine = 4;

    private readonly X86Processor _processor = X86Processor.Instance;
    private readonly PIT _timer = new();
    private readonly MachinePower _power = new();
    private Scheduler _scheduler = null!;
    private Reservations _reservations = null!;
    private KernelConsole _console = null!;
    private ConsoleInput _input = null!;
    private AtaDrive? _disk;
    private E1000? _nic;
    private FrameQueue _frames = null!;
    private NetworkStack? _network;
    private ProtocolThread? _protocol;
    private RecorderThread _recorder = null!;
    private RecorderService _recorderService = null!;
    private SelfTestRunner _selfTests = null!;
    private BenchmarkRunner _benchmarks = null!;

    /// <inheritdoc/>
    protected override void OnBoot()
    {
        StartClock();           // the processor's counter, measured against the timer
        PCI.Setup();            // what is plugged in
        AdmitPlan();            // all memory, or the end of the boot
        StartConsole();         // serial line, screen, keyboard, log
    }

    /// <inheritdoc/>
    protected override void BeforeRun()
    {
        StartDisk();            // ATA, on its blocking pool
        StartNetwork();         // E1000, on its non-blocking pool; ARP, IPv4, ICMP, UDP
        StartRecorder();        // datagrams to disk
        StartSelfTests();       // run by the shell's thread before its first prompt
        StartBenchmarks();
        StartShell();
        StartInterrupts();      // the timer, and threads that give way
        Seal();                 // nothing is given out after this
    }

    /// <inheritdoc/>
    protected override void Run() => _scheduler.Start();

    private void StartClock()
    {
        _processor.SetTimestampFrequency(_timer.MeasureTimestampFrequency());
        if (_processor.TimestampFrequency == 0)
        {
            Fault.Panic("the timer (8254, channel 2) doesn't run"u8);
        }

        _scheduler = new Scheduler(_processor, new Clock(_processor, RuntimeStartup.BootTimestamp));
    }

    private void AdmitPlan() => _reservations = new Reservations(_scheduler);

    private void StartConsole()
    {
        _console = new KernelConsole(_processor);
        _input = new ConsoleInput(_scheduler, _console);
        _console.Add(new SerialPort(COMPort.COM1, SerialLine, BaudRate.BaudRate115200, _input.Add));
        if (Multiboot2.HasTextScreen)
        {
            _console.Add(new TextScreen());
        }

        _ = new PS2Keyboard(_input.Add);
        _console.WriteLine("Reservoir"u8);
    }

    private void StartDisk()
    {
        _disk = AtaController.FindDrives(_scheduler, _reservations.BlockingPool("disk"));
        if (_disk is null)
        {
            _console.WriteLine("disk: none"u8);
            return;
        }

        _console.WriteLine($"disk: {_disk.Name}, {_disk.Model}, {_disk.BlockCount} blocks");
    }

    private void StartNetwork()
    {
        NonBlockingPool receive = _reservations.NonBlockingPool("nic-receive");
        NonBlockingPool transmit = _reservations.NonBlockingPool("nic-transmit");
        Region rings = _reservations.Region("nic-rings", ReservationKind.Device);
        _frames = new FrameQueue(_scheduler, receive, receive.Count);
        _nic = E1000.Find(rings, transmit, _frames, _processor);
        if (_nic is null)
        {
            _console.WriteLine("network: no card"u8);
            return;
        }

        NetworkDevice.Devices.Add(_nic);
        _network = new NetworkStack(_nic, ReadAddress());
        _network.Ports.Add(new EchoService());
        _protocol = new ProtocolThread(_scheduler, _frames, _network);
        _reservations.Thread("protocol", Priorities.Protocol, _protocol);
    }

    private void StartRecorder()
    {
        NonBlockingPool pool = _reservations.NonBlockingPool("recorder");
        var queue = new FrameQueue(_scheduler, pool, pool.Count);
        _recorder = new RecorderThread(_scheduler, queue, new RecordVolume(_scheduler, _disk), _input.Log.CreateWriter());
        _recorderService = new RecorderService(queue, _scheduler.Clock);
        _network?.Ports.Add(_recorderService);
        _reservations.Thread("writer", Priorities.Recorder, _recorder);
    }

    private void StartSelfTests()
    {
        var fixture = new SelfTestFixture(
            _scheduler,
            _reservations.Memory,
            _reservations.NonBlockingPool("selftest-refuse"),
            _reservations.BlockingPool("selftest-wait"),
            _reservations.NonBlockingPool("selftest-damage"));
        fixture.Low.Thread = _reservations.Thread(fixture.Low.Name, Priorities.SelfTestLow, fixture.Low);
        fixture.High.Thread = _reservations.Thread(fixture.High.Name, Priorities.SelfTestHigh, fixture.High);
        _selfTests = new SelfTestRunner(fixture);
    }

    private void StartBenchmarks()
    {
        _benchmarks = new BenchmarkRunner(_scheduler, _reservations.NonBlockingPool("bench-refuse"), _reservations.BlockingPool("bench-wait"));
        _reservations.Thread("bench", Priorities.Shell, _benchmarks.Partner);
    }

    private void StartShell()
    {
        var commands = new CommandTable();
        commands.Add(new HelpCommand(commands));
        commands.Add(new PoolsCommand(_reservations.Memory));
        commands.Add(new MemoryCommand(_reservations.Memory));
        commands.Add(new ThreadsCommand(_scheduler));
        commands.Add(new InterruptsCommand());
        commands.Add(new PciCommand());
        commands.Add(new NetCommand(_network, _protocol));
        commands.Add(new DiskCommand(_disk));
        commands.Add(new RecordCommand(_recorderService, _recorder));
        commands.Add(new SelfTestCommand(_selfTests));
        commands.Add(new LogCommand(_input.Log));
        commands.Add(new UptimeCommand(_scheduler));
        commands.Add(new RebootCommand(_power, _recorder));
        commands.Add(new ShutdownCommand(_power, _recorder));

        var shell = new Shell.Shell(_input, _console, commands);
        Region scratch = _reservations.Region("shell-scratch", ReservationKind.Scratch);
        _reservations.Thread("shell", Priorities.Shell, new ShellThread(_scheduler, _console, _input.Log, _selfTests, _benchmarks, shell, scratch));
    }

    private void StartInterrupts()
    {
        Fault.EndThread = EndFaultedThread;
        Fault.DescribeThread = DescribeFaultedThread;
        INTs.Prologue = _scheduler.EnterInterrupt;
        INTs.Epilogue = _scheduler.ExitInterrupt;
        INTs.SetIrqHandler(TimerLine, HandleTimer);
        _timer.StartPeriodic(TicksPerSecond);
        if (_nic is not null && !_nic.Enable())
        {
            _console.WriteLine("network: the card can't be enabled"u8);
        }
    }

    private void Seal()
    {
        _reservations.Memory.Seal();
        ManagedHeap.Seal();
    }

    private Ipv4Configuration ReadAddress()
    {
        if (!KernelCommandLine.TryGet("ip"u8, out System.ReadOnlySpan<byte> text))
        {
            return Ipv4Configuration.Default;
        }

        if (!Ipv4Configuration.TryParse(text, out Ipv4Configuration configuration))
        {
            _console.WriteLine($"network: ip={text} is not an address like 10.0.2.15/24; using that one");
            return Ipv4Configuration.Default;
        }

        return configuration;
    }

    private void HandleTimer(ref INTs.IRQContext context) => _scheduler.Tick();

    private bool EndFaultedThread() => _scheduler.EndCurrent(faulted: true);

    private void DescribeFaultedThread(TextOutput output) => output.Write($"in thread {_scheduler.Current.Name}: ");
}
