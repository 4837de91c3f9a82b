using System.Threading;
using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Devices;
using Reservoir.Pools;
using static Reservoir.Drivers.Nic.E1000Registers;

namespace Reservoir.Drivers.Nic;

/// <summary>The receive half of an <see cref="E1000"/>: a ring of descriptors, each with a buffer. See there for the rule.</summary>
internal sealed unsafe class E1000ReceiveRing
{
    private const uint Size = E1000.ReceiveRingSize;

    private readonly nuint _registers;
    private readonly ReceiveDescriptor* _ring;
    private readonly FrameQueue _queue;
    private readonly BufferHandle[] _buffers = new BufferHandle[Size];
    private readonly Processor _processor;
    private uint _next;
    private ulong _missedAndCleared;
    private ulong _missedAndKept;

    public E1000ReceiveRing(nuint registers, nuint ring, FrameQueue queue, Processor processor)
    {
        _processor = processor;
        _registers = registers;
        _ring = (ReceiveDescriptor*)ring;
        _queue = queue;
    }

    public bool Started { get; private set; }

    public ulong Received { get; private set; }

    public ulong Bytes { get; private set; }

    public ulong Dropped { get; private set; }

    public ulong Errors { get; private set; }

    /// <summary>Gives every descriptor a buffer and switches the receiver on (8254x manual, 14.4). False if the pool is too small.</summary>
    public bool Start()
    {
        for (uint i = 0; i < Size; i++)
        {
            RentResult rented = _queue.Pool.TryRent();
            if (!rented.Succeeded || _queue.Pool.BufferSize < E1000.BufferBytes)
            {
                return false;
            }

            Arm(i, rented.Buffer);
        }

        Mmio.Write32(_registers + RDBAL, (uint)(nuint)_ring);
        Mmio.Write32(_registers + RDBAH, (uint)((ulong)_ring >> 32));
        Mmio.Write32(_registers + RDLEN, Size * ReceiveDescriptor.Bytes);
        Mmio.Write32(_registers + RDH, 0);
        Mmio.Write32(_registers + RCTL, ReceiveEnable | ReceiveBroadcast | ReceiveStripChecksum);
        Mmio.Write32(_registers + RDT, Size - 1);
        Started = true;
        return true;
    }

    /// <summary>
    /// Takes what has arrived, at most one ring full. Interrupt context. What is left then raises an interrupt of its own.
    /// </summary>
    public void TakeFrames()
    {
        uint taken = 0;
        while (taken < Size && (Volatile.Read(ref _ring[_next].Status) & ReceiveDescriptor.Done) != 0)
        {
            TakeFrame(_next);
            _next = (_next + 1) % Size;
            taken++;
        }

        if (taken == 0)
        {
            return;
        }

        Mmio.Write32(_registers + RDT, (_next + Size - 1) % Size);
        if (taken == Size)
        {
            Mmio.Write32(_registers + ICS, CauseReceived);
        }
    }

    /// <summary>Frames that the device has lost. Any context.</summary>
    /// <remarks>
    /// Whether reading clears the register is found out each time: a second reading then gives less than the first. Both
    /// readings count if it does, only the second if it doesn't.
    /// </remarks>
    public ulong ReadMissed()
    {
        nuint state = _processor.MaskInterrupts();
        uint first = Mmio.Read32(_registers + MPC);
        uint second = Mmio.Read32(_registers + MPC);
        if (second < first)
        {
            _missedAndCleared += (ulong)first + second;
        }
        else
        {
            _missedAndKept = second;
        }

        ulong missed = _missedAndCleared + _missedAndKept;
        _processor.RestoreInterrupts(state);
        return missed;
    }

    private void TakeFrame(uint index)
    {
        ReceiveDescriptor* descriptor = _ring + index;
        BufferHandle filled = _buffers[index];
        int length = descriptor->Length;
        if ((descriptor->Errors & ReceiveDescriptor.FrameErrors) != 0 || (descriptor->Status & ReceiveDescriptor.EndOfPacket) == 0)
        {
            Errors++;
            Offer(index);
            return;
        }

        RentResult replacement = _queue.Pool.TryRent();
        if (!replacement.Succeeded)
        {
            Dropped++;
            Offer(index);
            return;
        }

        _queue.Pool.Unpost(filled);
        if (!_queue.TryEnqueue(new ReceivedFrame(filled, length)))
        {
            Dropped++;
            _queue.Pool.Return(replacement.Buffer);
            Arm(index, filled);
            return;
        }

        Received++;
        Bytes += (uint)length;
        Arm(index, replacement.Buffer);
    }

    /// <summary>Gives a buffer to the device.</summary>
    private void Arm(uint index, BufferHandle buffer)
    {
        _buffers[index] = buffer;
        _queue.Pool.Post(buffer);
        Offer(index);
    }

    /// <summary>Lets the device fill the buffer of a descriptor, which is the device's still or again.</summary>
    private void Offer(uint index) => _ring[index] = new ReceiveDescriptor { Address = _queue.Pool.GetBusAddress(_buffers[index]) };
}
