using System;
using System.Buffers.Binary;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.HAL;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Pools;
using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Drivers.E1000;

/// <summary>
/// Intel's 8254x and 82574 gigabit cards, as QEMU and VMware have them. <see cref="E1000Model"/> has what differs.
/// </summary>
/// <remarks>
/// <para>Set-up follows the manual's chapter 14: (1) reset and wait, (2) mask all interrupts, (3) read the address that the device loaded
/// from its EEPROM, (4) clear the filters, (5) give the receive ring a buffer for every descriptor, (6) set up the transmit ring, (7) bring
/// the link up, (8) unmask.</para>
/// <para>Reception: every receive descriptor always has a buffer. When a frame has arrived, the interrupt handler rents a replacement from
/// the pool, which never waits. With a replacement, the filled buffer goes to the frame queue, without a copy, and the replacement takes
/// its place. Without one, the frame is dropped and counted and the old buffer stays where it is. So the device never runs out of buffers,
/// and reception goes on by itself when the pool has some again.</para>
/// <para>Overload (receive livelock: Mogul and Ramakrishnan, <em>Eliminating Receive Livelock in an Interrupt-driven Kernel</em>, 1996): an
/// interrupt takes at most <see cref="InterruptBudget"/> frames. If it leaves some, or <see cref="Backlog"/> frames wait in the queue, the
/// stack is behind: the driver masks its receive interrupts, and the thread that takes frames out of the queue polls, so many at a time as
/// it can deal with. A poll that finds less than it may take has caught up, and unmasks. Meanwhile frames wait in the ring, and if that is
/// full it is the device that loses them, at no cost, or that makes its sender wait. Time in interrupts is bounded:
/// <see cref="E1000Registers.InterruptInterval"/> times the work of one.</para>
/// <para>A burst that fills the ring before the driver comes round is lost by the device, which counts it. Invariant: frames that reached
/// the device = received + dropped + missed + too long + in error.</para>
/// </remarks>
public sealed partial class E1000Card : NetworkCard
{
    /// <summary>Descriptors for receiving: enough for what arrives at full speed while the thread that polls waits 1.4 ms for its
    /// turn.</summary>
    public const int ReceiveRingSize = 2048;

    /// <summary>
    /// So many taken descriptors are given back to the device at once: each time costs an access to its registers. Nor does QEMU's network
    /// code ask before it delivers frames that had to wait when the ring was full, up to 1,088 of the shortest, so that a smaller batch
    /// would lose the rest.
    /// </summary>
    public const int RefillBatch = 1152;

    /// <summary>So many answers that gather (<see cref="GatherAnswers"/>) are given to the device at once: an access to its registers costs
    /// more than an answer.</summary>
    public const int AnswerBatch = 16;

    /// <summary>Descriptors for sending: two for each of at most 255 buffers.</summary>
    public const int TransmitRingSize = 512;

    /// <summary>Bytes of memory for both rings.</summary>
    public const int RingBytes = ReceiveRingSize * ReceiveDescriptor.Bytes + TransmitRingSize * TransmitDescriptor.Bytes;

    /// <summary>Bytes in a buffer, for receiving and for sending.</summary>
    public const int BufferBytes = 2048;

    /// <summary>
    /// The most frames that an interrupt deals with: that it takes, or gives back as sent. It bounds how long the timer waits for this
    /// card: few frames, since a thread that polls can be interrupted between two.
    /// </summary>
    public const int InterruptBudget = 4;

    /// <summary>So many frames in the queue mean that the stack is behind.</summary>
    public const int Backlog = 64;

    private const int ResetPolls = 100_000;
    private const uint Causes = CausesOfReception | CauseTransmitDone | CauseLinkChange;

    private readonly RegisterWindow _registers;
    private readonly byte _line;
    private readonly E1000ReceiveRing _receive;
    private readonly E1000TransmitRing _transmit;
    private readonly E1000Filters _filters;
    private readonly E1000Statistics _statistics;
    private readonly E1000Model _model;
    private readonly FrameQueue _queue;
    private readonly Processor _processor;
    private bool _polling;
    private ulong _interrupts;
    private ulong _pollingBegun;
    private ulong _polls;
    private ulong _polled;
    private ulong _budgetsUsedUp;
    private ulong _linkChanges;

    /// <summary>Takes charge of a device that has been reset. Boot context.</summary>
    internal E1000Card(RegisterWindow registers, byte line, E1000Model model, in E1000Resources resources)
    {
        _model = model;
        _processor = resources.Processor;
        _registers = registers;
        _line = line;
        _queue = resources.Queue;
        _transmitPool = resources.TransmitPool;
        _answerPool = resources.AnswerPool;
        nuint receiveRing = resources.Rings.Start;
        nuint transmitRing = receiveRing + ReceiveRingSize * ReceiveDescriptor.Bytes;
        _receive = new E1000ReceiveRing(registers, receiveRing, resources.ReceivePool, _queue);
        _transmit = new E1000TransmitRing(registers, transmitRing, _transmitPool, _answerPool, _processor);
        _filters = new E1000Filters(registers, model.ReceiveAddresses);
        _statistics = new E1000Statistics(registers, _processor);
        Address = ReadAddress();
    }

    /// <inheritdoc/>
    public override MacAddress Address { get; }

    /// <inheritdoc/>
    public override string Name => _model.Name;

    /// <inheritdoc/>
    public override bool Ready => _receive.Started;

    /// <inheritdoc/>
    public override bool LinkUp => (_registers.Read(STATUS) & StatusLinkUp) != 0;

    /// <inheritdoc/>
    public override ulong LinkChanges => _linkChanges;

    /// <summary>Its interrupt line.</summary>
    public byte InterruptLine => _line;

    /// <summary>Finds a card, takes charge of it and resets it. Boot context, before the seal.</summary>
    /// <param name="resources">The memory that it works on.</param>
    /// <param name="wrap">Given the card's registers before anything is written there, returns the window that the driver uses; null for
    /// the registers themselves. For a laboratory that wants to break the card.</param>
    /// <returns>Null if there is no card, or it doesn't come out of its reset.</returns>
    [MayAllocate("boot")]
    public static E1000Card? Find(in E1000Resources resources, Func<RegisterWindow, RegisterWindow>? wrap = null)
    {
        PCIDevice? device = E1000Model.Find(out E1000Model model);
        if (device is null || device.BaseAddressBar[0].IsIO)
        {
            return null;
        }

        device.EnableDevice();
        nuint start = (nuint)device.BaseAddressBar[0].BaseAddress;
        if (!Mmio.Map(start, WindowBytes))
        {
            return null;
        }

        RegisterWindow registers = new MappedRegisters(start);
        registers = wrap is null ? registers : wrap(registers);
        if (!Reset(registers))
        {
            return null;
        }

        device.Claimed = true;
        return new E1000Card(registers, device.InterruptLine, model, in resources);
    }

    /// <inheritdoc/>
    public override bool Enable() => Start() && INTs.SetIrqHandler(_line, HandleInterrupt) && Unmask();

    /// <inheritdoc/>
    public override NetworkStatistics TakeStatistics()
    {
        nuint state = _processor.MaskInterrupts();
        var numbers = new NetworkStatistics
        {
            FramesReceived = _receive.Received,
            BytesReceived = _receive.Bytes,
            FramesDropped = _receive.Dropped,
            FramesMissed = _statistics.ReadMissed(),
            FramesTooLong = _statistics.ReadTooLong(),
            ReceiveErrors = _receive.Errors,
            FramesSent = _transmit.Sent,
            BytesSent = _transmit.Bytes,
            SendRefused = _refused,
            SendAborted = _transmit.Aborted,
            Interrupts = _interrupts,
            PollingBegun = _pollingBegun,
            Polls = _polls,
            FramesPolled = _polled,
            BudgetsUsedUp = _budgetsUsedUp,
            LinkChanges = _linkChanges,
            InterruptsLost = _interruptsLost,
            TransmitterRestarts = _transmitterRestarts,
        };
        _processor.RestoreInterrupts(state);
        return numbers;
    }

    /// <inheritdoc/>
    public override bool TryAddAddress(MacAddress address) => _filters.TryAdd(address.Value);

    /// <inheritdoc/>
    public override bool TryRemoveAddress(MacAddress address) => _filters.TryRemove(address.Value);

    /// <inheritdoc/>
    public override int AddressCount => _filters.Count;

    /// <inheritdoc/>
    public override MacAddress GetAddress(int index) => new(_filters[index]);

    /// <inheritdoc/>
    public override bool IsPromiscuous => _filters.IsPromiscuous;

    /// <inheritdoc/>
    public override bool SetPromiscuous(bool promiscuous)
    {
        _filters.SetPromiscuous(promiscuous);
        return true;
    }

    /// <inheritdoc/>
    /// <remarks>In the physical layer, which all members of the family have; its control register is number 0 (8254x manual,
    /// 13.4.6).</remarks>
    public override bool SetLoopback(bool on)
    {
        _registers.Write(MDIC, ManagementWrite | ManagementAddress | (on ? PhysicalControlLoopback : PhysicalControlNormal));
        for (int i = 0; i < ResetPolls; i++)
        {
            if ((_registers.Read(MDIC) & ManagementReady) != 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public override int CounterCount => _statistics.Count;

    /// <inheritdoc/>
    public override DeviceCounter ReadCounter(int index) => _statistics.Describe(index);

    /// <summary>Sets everything up but the interrupt. Boot context.</summary>
    /// <returns>False if the receive pool is too small.</returns>
    internal bool Start()
    {
        if (_model.ExtendedControl != 0)
        {
            _registers.Write(CTRL_EXT, _registers.Read(CTRL_EXT) | _model.ExtendedControl);
        }

        _filters.Load();
        if (!_receive.Start())
        {
            return false;
        }

        _transmit.Start(_model.TransmitDescriptorControl);
        _registers.Write(CTRL, _registers.Read(CTRL) | CtrlSetLinkUp | CtrlAutoSpeed);
        _registers.Write(ITR, InterruptInterval);
        return true;
    }

    /// <summary>Lets the device raise interrupts. Boot context.</summary>
    internal bool Unmask()
    {
        _registers.Read(ICR);
        _registers.Write(IMS, Causes);
        return true;
    }

    private static bool Reset(RegisterWindow registers)
    {
        registers.Write(IMC, CauseAll);
        registers.Write(CTRL, registers.Read(CTRL) | CtrlReset);
        for (int i = 0; i < ResetPolls; i++)
        {
            IOPort.Wait();
            if ((registers.Read(CTRL) & CtrlReset) == 0)
            {
                registers.Write(IMC, CauseAll);
                registers.Read(ICR);
                return true;
            }
        }

        return false;
    }

    /// <summary>RAL and RAH, which have the first byte least significant (8254x manual, 13.5.3).</summary>
    private MacAddress ReadAddress()
    {
        ulong reversed = _registers.Read(RAL0) | ((ulong)_registers.Read(RAH0) << 32);
        return new MacAddress(BinaryPrimitives.ReverseEndianness(reversed) >> 16);
    }
}
