using System.Runtime.CompilerServices;
using System.Threading;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Pools;
using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Drivers.E1000;

/// <summary>
/// The receive half of an <see cref="E1000Card"/>: a ring of descriptors, each with a buffer. See there for the rule.
/// </summary>
/// <remarks>
/// Invariant, outside masked sections: every descriptor has a buffer, which the device holds and no thread owns, so that it outlives the
/// thread that polls. Constant time for each frame.
/// </remarks>
internal sealed unsafe class E1000ReceiveRing : BufferHolder
{
    private const uint Size = E1000Card.ReceiveRingSize;
    private const uint Batch = E1000Card.RefillBatch;

    private readonly RegisterWindow _registers;
    private readonly ReceiveDescriptor* _ring;
    private readonly FrameQueue _queue;
    private readonly BufferPool _pool;
    private readonly BufferHandle[] _buffers = new BufferHandle[Size];
    private uint _next;

    /// <summary>Descriptors that have a buffer again and that the device doesn't know of yet.</summary>
    private uint _withheld;

    /// <summary>Makes the ring; <see cref="Start"/> fills it. Boot context.</summary>
    [MayAllocate("boot")]
    public E1000ReceiveRing(RegisterWindow registers, nuint ring, BufferPool pool, FrameQueue queue)
        : base("receive ring", pool)
    {
        _registers = registers;
        _ring = (ReceiveDescriptor*)ring;
        _queue = queue;
        _pool = pool;
    }

    /// <summary>Whether the receiver is on.</summary>
    public bool Started { get; private set; }

    /// <summary>Buffers in it: one for each descriptor, once the receiver is on.</summary>
    public override int Count => Started ? (int)Size : 0;

    /// <inheritdoc/>
    public override bool IsForGood => true;

    /// <summary>Frames put into the queue.</summary>
    public ulong Received { get; private set; }

    /// <summary>Bytes in them.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Frames for which no replacement was free.</summary>
    public ulong Dropped { get; private set; }

    /// <summary>Damaged frames.</summary>
    public ulong Errors { get; private set; }

    /// <summary>Whether a frame waits to be taken. Any context.</summary>
    public bool HasFrame => (Volatile.Read(ref _ring[_next].Status) & ReceiveDescriptor.Done) != 0;

    /// <summary>Gives every descriptor a buffer and switches the receiver on (8254x manual, 14.4). False if the pool is too
    /// small.</summary>
    public bool Start()
    {
        for (uint i = 0; i < Size; i++)
        {
            RentResult rented = _pool.TryRent();
            if (!rented.Succeeded || _pool.BufferSize < E1000Card.BufferBytes)
            {
                return false;
            }

            Arm(i, rented.Buffer);
        }

        _registers.Write(RDBAL, (uint)(nuint)_ring);
        _registers.Write(RDBAH, (uint)((ulong)_ring >> 32));
        _registers.Write(RDLEN, Size * ReceiveDescriptor.Bytes);
        _registers.Write(RDH, 0);
        _registers.Write(RDTR, 0);
        _registers.Write(RXCSUM, CheckIpv4Header | CheckTransport);
        _registers.Write(RCTL, ReceiveEnable | ReceiveBroadcast | ReceiveStripChecksum);
        _registers.Write(RDT, Size - 1);
        Started = true;
        return true;
    }

    /// <summary>Takes frames: into the queue, or, if there is no replacement for one's buffer, nowhere. Interrupts masked.
    /// <see cref="Refill"/> must follow, after these or some more.</summary>
    /// <param name="most">The most frames, at least 1.</param>
    /// <returns>How many there were.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Take(int most)
    {
        int taken = 0;
        while (taken < most && TryTakeFrame())
        {
            taken++;
        }

        return taken;
    }

    /// <summary>The same with interrupts held off for one frame at a time. Thread context.</summary>
    /// <param name="most">The most frames, at least 1.</param>
    /// <param name="processor">Masks interrupts.</param>
    /// <returns>How many there were.</returns>
    public int Take(int most, Processor processor)
    {
        for (int taken = 0; taken < most; taken++)
        {
            processor.Mask();
            bool found = TryTakeFrame();
            processor.Unmask();
            if (!found)
            {
                return taken;
            }
        }

        return most;
    }

    /// <summary>Lets the device fill what was taken, if that is a batch of descriptors. Interrupts masked, or in the interrupt.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Refill()
    {
        if (_withheld >= Batch)
        {
            _withheld = 0;
            _registers.Write(RDT, (_next + Size - 1) % Size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeFrame()
    {
        uint index = _next;
        ReceiveDescriptor* descriptor = _ring + index;
        uint outcome = Volatile.Read(ref descriptor->Outcome);
        if ((outcome & ReceiveDescriptor.Done) == 0)
        {
            return false;
        }

        _next = (index + 1) % Size;
        _withheld++;
        if ((outcome & ReceiveDescriptor.WholeFrameMask) != ReceiveDescriptor.WholeFrame)
        {
            Errors++;
            Offer(index);
            return true;
        }

        ref BufferHandle place = ref _buffers[index];
        BufferHandle filled = place;
        RentResult replacement;
        ulong address;
        if (_queue.IsFull || !(replacement = _pool.TryExchange(filled, out address)).Succeeded)
        {
            Dropped++;
            Offer(index);
            return true;
        }

        uint length = descriptor->Length;
        _queue.Add(new ReceivedFrame(filled, (int)length, ChecksOf(outcome)));
        Received++;
        Bytes += length;
        place = replacement.Buffer;
        *descriptor = new ReceiveDescriptor { Address = address };
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReceiveChecks ChecksOf(uint outcome)
    {
        const uint header = ReceiveDescriptor.Ipv4HeaderChecked | (ReceiveDescriptor.Ipv4HeaderWrong << 8);
        const uint transport = ReceiveDescriptor.TransportChecked | (ReceiveDescriptor.TransportWrong << 8);
        if ((outcome & ReceiveDescriptor.ChecksumsIgnored) != 0)
        {
            return ReceiveChecks.None;
        }

        return ((outcome & header) == ReceiveDescriptor.Ipv4HeaderChecked ? ReceiveChecks.Ipv4Header : 0)
            | ((outcome & transport) == ReceiveDescriptor.TransportChecked ? ReceiveChecks.Transport : 0);
    }

    /// <summary>Gives a buffer to the device; no thread owns it.</summary>
    private void Arm(uint index, BufferHandle buffer)
    {
        _buffers[index] = buffer;
        _pool.PostUnowned(buffer, out ulong address);
        _ring[index] = new ReceiveDescriptor { Address = address };
    }

    /// <summary>Lets the device fill the buffer of a descriptor again, which is the device's still.</summary>
    private void Offer(uint index) => _ring[index] = new ReceiveDescriptor { Address = _pool.GetBusAddress(_buffers[index]) };
}
