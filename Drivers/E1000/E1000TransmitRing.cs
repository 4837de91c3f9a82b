using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Pools;
using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Drivers.E1000;

/// <summary>
/// The transmit half of an <see cref="E1000Card"/>: a ring of descriptors, each with the buffer of a frame on its way out.
/// </summary>
/// <remarks>
/// The ring has more than two places for each buffer of the pools, so a sender that has got a buffer can post it at once: senders wait for
/// the pool or for nothing. A buffer goes back when the device has said that it is done with it, also if its sender has died meanwhile.
/// </remarks>
internal sealed unsafe class E1000TransmitRing
{
    private const uint Size = E1000Card.TransmitRingSize;
    private const uint AnswerBatch = E1000Card.AnswerBatch;

    private readonly RegisterWindow _registers;
    private readonly TransmitDescriptor* _ring;
    private readonly Processor _processor;

    /// <summary>The two pools of the buffers in it; may be the same one.</summary>
    private readonly BufferPool _pool;
    private readonly BufferPool _answers;

    /// <summary>The buffer of each descriptor; none of a context, and none of what isn't on its way.</summary>
    private readonly BufferHandle[] _buffers = new BufferHandle[Size];

    private uint _head;
    private uint _tail;
    private TransmitChecksums _context;
    private bool _restarting;

    /// <summary>Whether answers gather, and how many have that the device doesn't know of.</summary>
    private bool _gathers;
    private uint _gathered;

    /// <summary>Makes the ring; <see cref="Start"/> lets it send. Boot context.</summary>
    public E1000TransmitRing(RegisterWindow registers, nuint ring, BufferPool pool, BufferPool answers, Processor processor)
    {
        _registers = registers;
        _ring = (TransmitDescriptor*)ring;
        _pool = pool;
        _answers = answers;
        _processor = processor;
    }

    /// <summary>Frames given to the device.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Bytes in them.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Frames that the device had and that <see cref="Restart"/> has taken away.</summary>
    public ulong Aborted { get; private set; }

    /// <summary>Descriptors that the device is not done with, as far as <see cref="Reap"/> has looked. Any context.</summary>
    public uint Outstanding => _head - _tail;

    /// <summary>Whether <see cref="Restart"/> has begun and not ended: the thread that ran it has died.</summary>
    public bool IsHalfRestarted => _restarting;

    /// <summary>The oldest of them: a number that grows by one with each. Any context.</summary>
    public uint Oldest => _tail;

    /// <summary>Switches the transmitter on (8254x manual, 14.5).</summary>
    /// <param name="descriptorControl">Bits that TXDCTL must have.</param>
    public void Start(uint descriptorControl)
    {
        new Span<byte>(_ring, (int)Size * TransmitDescriptor.Bytes).Clear();
        _registers.Write(TDBAL, (uint)(nuint)_ring);
        _registers.Write(TDBAH, (uint)((ulong)_ring >> 32));
        _registers.Write(TDLEN, Size * TransmitDescriptor.Bytes);
        _registers.Write(TDH, 0);
        _registers.Write(TDT, 0);
        _registers.Write(TIPG, TransmitGap);
        if (descriptorControl != 0)
        {
            _registers.Write(TXDCTL, _registers.Read(TXDCTL) | descriptorControl);
        }

        _registers.Write(TCTL, TransmitEnable | TransmitPad | TransmitCollision);
    }

    /// <summary>Lets answers gather from now on, or tells the device of those that have. Thread context.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Gather(bool on)
    {
        _gathers = on;
        if (_gathered != 0)
        {
            nuint state = _processor.MaskInterrupts();
            TellOfGathered();
            _processor.RestoreInterrupts(state);
        }
    }

    /// <summary>Gives a rented buffer with a frame in it to the device. Interrupts masked.</summary>
    /// <param name="pool">The buffer's pool.</param>
    /// <param name="buffer">The buffer.</param>
    /// <param name="length">Bytes of the frame.</param>
    /// <param name="checksums">What the device shall insert.</param>
    /// <param name="mayGather">Whether the device need not be told at once, if answers gather.</param>
    /// <returns>False if the ring is full or being restarted; then the buffer is still the caller's.</returns>
    public bool TryPost(BufferPool pool, BufferHandle buffer, int length, TransmitChecksums checksums, bool mayGather)
    {
        // One descriptor stays unused: a full ring would look like an empty one. A frame may need two.
        const uint room = Size - 1;
        if (_restarting || _head - _tail > room - 2)
        {
            return false;
        }

        if (checksums != TransmitChecksums.None && (checksums & ~TransmitChecksums.Ipv4Header) != _context)
        {
            _context = checksums & ~TransmitChecksums.Ipv4Header;
            ((TransmitContext*)_ring)[_head % Size] = TransmitContext.For(checksums);
            _head++;
        }

        uint index = _head % Size;
        _buffers[index] = buffer;
        pool.Post(buffer);
        _ring[index] = Describe(pool.GetBusAddress(buffer), length, checksums);
        _head++;
        Sent++;
        Bytes += (uint)length;
        if (!(mayGather && _gathers && ++_gathered < AnswerBatch))
        {
            Tell();
        }

        return true;
    }

    /// <summary>Makes buffers free, if it can: tells the device of frames that gather, and gives back those that are out although no
    /// interrupt has said so yet. Interrupts masked.</summary>
    public void FreeSome()
    {
        TellOfGathered();
        Reap(E1000Card.InterruptBudget);
    }

    /// <summary>Gives back the buffers of frames that are out. Interrupts masked.</summary>
    /// <param name="budget">The most frames.</param>
    /// <returns>False if more are out than that.</returns>
    public bool Reap(int budget)
    {
        for (int reaped = 0; IsOldestOut(out uint last); reaped++)
        {
            if (reaped == budget)
            {
                return false;
            }

            ReleaseOldest(last);
        }

        return true;
    }

    /// <summary>Takes everything away from a device that has stopped, and switches the transmitter on again. Thread context; interrupts are
    /// held off for one frame at a time.</summary>
    /// <param name="descriptorControl">Bits that TXDCTL must have.</param>
    public void Restart(uint descriptorControl)
    {
        _restarting = true;
        _registers.Write(TCTL, 0);
        while (_tail != _head)
        {
            nuint state = _processor.MaskInterrupts();
            Aborted += IsOldestOut(out uint last) ? 0u : 1u;
            ReleaseOldest(last);
            _processor.RestoreInterrupts(state);
        }

        _head = 0;
        _tail = 0;
        _gathered = 0;
        _context = TransmitChecksums.None;
        Start(descriptorControl);
        _restarting = false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private BufferPool PoolOf(BufferHandle buffer) => buffer.PoolNumber == _answers.Number ? _answers : _pool;

    /// <summary>Whether the device is done with the oldest frame, whose last descriptor is the one behind it if it begins with a
    /// context.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool IsOldestOut(out uint last)
    {
        last = _tail;
        if (_tail == _head)
        {
            return false;
        }

        last += _buffers[_tail % Size].IsNone ? 1u : 0u;
        return (Volatile.Read(ref _ring[last % Size].Status) & TransmitDescriptor.Done) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ReleaseOldest(uint last)
    {
        ref BufferHandle buffer = ref _buffers[last % Size];
        PoolOf(buffer).ReturnPosted(buffer);
        buffer = default;
        _tail = last + 1;
    }

    /// <summary>Tells the device of all frames that are posted. Interrupts masked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Tell()
    {
        _gathered = 0;
        _registers.Write(TDT, _head % Size);
    }

    private void TellOfGathered()
    {
        if (_gathered != 0 && !_restarting)
        {
            Tell();
        }
    }

    private static TransmitDescriptor Describe(ulong address, int length, TransmitChecksums checksums)
    {
        var descriptor = new TransmitDescriptor
        {
            Address = address,
            Length = (ushort)length,
            Command = TransmitDescriptor.EndOfPacket | TransmitDescriptor.InsertChecksum | TransmitDescriptor.ReportStatus,
        };
        if (checksums != TransmitChecksums.None)
        {
            bool header = (checksums & TransmitChecksums.Ipv4Header) != 0;
            bool transport = (checksums & ~TransmitChecksums.Ipv4Header) != 0;
            descriptor.Type = TransmitDescriptor.Data;
            descriptor.Command |= TransmitDescriptor.Extended;
            descriptor.Options =
                (byte)((header ? TransmitDescriptor.InsertIpv4Header : 0) | (transport ? TransmitDescriptor.InsertTransport : 0));
        }

        return descriptor;
    }
}
