using System;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.HAL;
using Cosmos.HAL.Network;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Pools;
using static Reservoir.Drivers.Nic.E1000Registers;

namespace Reservoir.Drivers.Nic;

/// <summary>
/// Intel's 8254x gigabit cards, as QEMU and VMware have them.
/// </summary>
/// <remarks>
/// <para>Set-up follows the manual's chapter 14: (1) reset and wait, (2) mask all interrupts, (3) read the address that the device loaded from its
/// EEPROM, (4) clear the multicast table, (5) give the receive ring a buffer for every descriptor, (6) set up the transmit ring, (7) bring the link
/// up, (8) unmask.</para>
/// <para>Reception: every receive descriptor always has a buffer. When a frame has arrived, the interrupt handler rents a replacement from the pool, which never
/// waits. With a replacement, the filled buffer goes to the frame queue, without a copy, and the replacement takes its place. Without one, the frame is dropped and counted and
/// the old buffer stays where it is. So the device never runs out of buffers, and reception goes on by itself when the pool has some again.</para>
/// <para>A burst that fills the ring before the handler runs is lost by the device, which counts it. Invariant: frames that reached the device = received + dropped +
/// missed + in error.</para>
/// </remarks>
public sealed class E1000 : NetworkDevice
{
    /// <summary>Descriptors for receiving.</summary>
    public const int ReceiveRingSize = 256;

    /// <summary>Descriptors for sending.</summary>
    public const int TransmitRingSize = 64;

    /// <summary>Bytes of memory for both rings.</summary>
    public const int RingBytes = ReceiveRingSize * ReceiveDescriptor.Bytes + TransmitRingSize * TransmitDescriptor.Bytes;

    /// <summary>Bytes in a buffer, for receiving and for sending.</summary>
    public const int BufferBytes = 2048;

    private const int ResetPatience = 100_000;

    private readonly nuint _registers;
    private readonly byte _line;
    private readonly E1000ReceiveRing _receive;
    private readonly E1000TransmitRing _transmit;
    private readonly E1000Model _model;
    private readonly Processor _processor;
    private ulong _interrupts;

    private E1000(PCIDevice device, E1000Model model, Region rings, NonBlockingPool transmitPool, FrameQueue queue, Processor processor)
    {
        _model = model;
        _processor = processor;
        _registers = (nuint)device.BaseAddressBar[0].BaseAddress;
        _line = device.InterruptLine;
        _receive = new E1000ReceiveRing(_registers, rings.Start, queue, processor);
        nuint transmitRing = rings.Start + ReceiveRingSize * ReceiveDescriptor.Bytes;
        _transmit = new E1000TransmitRing(_registers, transmitRing, transmitPool, processor);
        MACAddress = ReadAddress();
    }

    /// <inheritdoc/>
    public override CardType CardType => CardType.Ethernet;

    /// <inheritdoc/>
    public override MACAddress MACAddress { get; }

    /// <inheritdoc/>
    public override string Name => _model.Name;

    /// <inheritdoc/>
    public override bool Ready => _receive.Started;

    /// <inheritdoc/>
    public override bool LinkUp => (Mmio.Read32(_registers + STATUS) & StatusLinkUp) != 0;

    /// <summary>Its interrupt line.</summary>
    public byte InterruptLine => _line;

    /// <summary>Finds a card, takes charge of it and resets it. Boot context, before the seal.</summary>
    /// <param name="rings">At least <see cref="RingBytes"/> for the rings.</param>
    /// <param name="transmitPool">Buffers to send from, <see cref="BufferBytes"/> each.</param>
    /// <param name="queue">Where received frames go; its pool has buffers of <see cref="BufferBytes"/>, more than <see cref="ReceiveRingSize"/>.</param>
    /// <param name="processor">Masks interrupts.</param>
    /// <returns>Null if there is no card, or it doesn't come out of its reset.</returns>
    [MayAllocate("boot")]
    public static E1000? Find(Region rings, NonBlockingPool transmitPool, FrameQueue queue, Processor processor)
    {
        PCIDevice? device = E1000Model.Find(out E1000Model model);
        if (device is null || device.BaseAddressBar[0].IsIO)
        {
            return null;
        }

        device.EnableDevice();
        nuint registers = (nuint)device.BaseAddressBar[0].BaseAddress;
        if (!Mmio.Map(registers, WindowBytes) || !Reset(registers))
        {
            return null;
        }

        device.Claimed = true;
        return new E1000(device, model, rings, transmitPool, queue, processor);
    }

    /// <inheritdoc/>
    public override bool Enable()
    {
        for (uint i = 0; i < MTAWords; i++)
        {
            Mmio.Write32(_registers + MTA + i * 4, 0);
        }

        if (!_receive.Start())
        {
            return false;
        }

        _transmit.Start();
        Mmio.Write32(_registers + CTRL, Mmio.Read32(_registers + CTRL) | CtrlSetLinkUp | CtrlAutoSpeed);
        Mmio.Write32(_registers + ITR, ModerateInterrupts);
        if (!INTs.SetIrqHandler(_line, HandleInterrupt))
        {
            return false;
        }

        Mmio.Read32(_registers + ICR);
        Mmio.Write32(_registers + IMS, CauseReceived | CauseReceiveLow | CauseReceiveOverrun | CauseTransmitDone | CauseLinkChange);
        return true;
    }

    /// <inheritdoc/>
    public override bool QueueBytes(ReadOnlySpan<byte> frame) => _transmit.Send(frame);

    /// <inheritdoc/>
    public override NetworkStatistics TakeStatistics()
    {
        nuint state = _processor.MaskInterrupts();
        var numbers = new NetworkStatistics
        {
            FramesReceived = _receive.Received,
            BytesReceived = _receive.Bytes,
            FramesDropped = _receive.Dropped,
            FramesMissed = _receive.ReadMissed(),
            ReceiveErrors = _receive.Errors,
            FramesSent = _transmit.Sent,
            BytesSent = _transmit.Bytes,
            SendRefused = _transmit.Refused,
            Interrupts = _interrupts,
        };
        _processor.RestoreInterrupts(state);
        return numbers;
    }

    private static bool Reset(nuint registers)
    {
        Mmio.Write32(registers + IMC, CauseAll);
        Mmio.Write32(registers + CTRL, Mmio.Read32(registers + CTRL) | CtrlReset);
        for (int i = 0; i < ResetPatience; i++)
        {
            IOPort.Wait();
            if ((Mmio.Read32(registers + CTRL) & CtrlReset) == 0)
            {
                Mmio.Write32(registers + IMC, CauseAll);
                Mmio.Read32(registers + ICR);
                return true;
            }
        }

        return false;
    }

    [MayAllocate("boot")]
    private MACAddress ReadAddress()
    {
        uint low = Mmio.Read32(_registers + RAL0);
        uint high = Mmio.Read32(_registers + RAH0);
        Span<byte> address = stackalloc byte[Cosmos.HAL.Network.MACAddress.Length];
        for (int i = 0; i < 4; i++)
        {
            address[i] = (byte)(low >> (8 * i));
        }

        address[4] = (byte)high;
        address[5] = (byte)(high >> 8);
        return new MACAddress(address);
    }

    private void HandleInterrupt(ref INTs.IRQContext context)
    {
        uint cause = Mmio.Read32(_registers + ICR);
        if (cause == 0)
        {
            return;
        }

        _interrupts++;
        if ((cause & (CauseReceived | CauseReceiveLow | CauseReceiveOverrun)) != 0)
        {
            _receive.TakeFrames();
        }

        if ((cause & CauseTransmitDone) != 0)
        {
            _transmit.Reap();
        }
    }
}
