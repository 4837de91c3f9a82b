using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;
using static Reservoir.Drivers.Nic.E1000Registers;

namespace Reservoir.Drivers.Nic;

/// <summary>
/// The transmit half of an <see cref="E1000"/>: a ring of descriptors, each with the buffer of a frame on its way out.
/// </summary>
/// <remarks>
/// The ring has more than two places for each buffer of the pool, so a sender that has got a buffer can post it at once: whoever sends
/// waits for the pool or for nothing. A
/// buffer goes back when the device has said that it is done with it; if its sender waits no more, or has died, all the same.
/// </remarks>
internal sealed unsafe class E1000TransmitRing : FrameOutput
{
    private const uint Size = E1000.TransmitRingSize;
    private const uint AnswerLot = E1000.AnswerLot;
    private const int ShortestFrame = 14;
    private const int LongestFrame = 1514;
    private const TransmitChecksums Possible = TransmitChecksums.Ipv4Header | TransmitChecksums.Udp | TransmitChecksums.Tcp;

    private readonly RegisterWindow _registers;
    private readonly TransmitDescriptor* _ring;
    private readonly Processor _processor;

    /// <summary>Buffers for what was promised; may be the same as <see cref="Pool"/>.</summary>
    private readonly BufferPool _answers;

    /// <summary>The buffer of each descriptor; none of a context, and none of what isn't on its way.</summary>
    private readonly BufferHandle[] _buffers = new BufferHandle[Size];

    private uint _head;
    private uint _tail;
    private TransmitChecksums _context;
    private bool _offload = true;
    private bool _restarting;

    /// <summary>Whether answers gather, and how many have that the device doesn't know of.</summary>
    private bool _gathers;
    private uint _gathered;

    /// <summary>Makes the ring; <see cref="Start"/> lets it send. Boot context.</summary>
    public E1000TransmitRing(RegisterWindow registers, nuint ring, BlockingPool pool, BufferPool answers, Processor processor)
    {
        _registers = registers;
        _ring = (TransmitDescriptor*)ring;
        Pool = pool;
        _answers = answers;
        _processor = processor;
    }

    /// <inheritdoc/>
    public override BlockingPool Pool { get; }

    /// <inheritdoc/>
    public override TransmitChecksums Offload => _offload ? Possible : TransmitChecksums.None;

    /// <summary>Frames given to the device.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Bytes in them.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Frames that were not.</summary>
    public ulong Refused { get; private set; }

    /// <summary>Frames that the device had and that <see cref="Restart"/> has taken away.</summary>
    public ulong Aborted { get; private set; }

    /// <summary>Descriptors that the device is not done with, as far as anybody has looked. Any context.</summary>
    public uint Outstanding => _head - _tail;

    /// <summary>Whether <see cref="Restart"/> has begun and not ended: whoever ran it has died.</summary>
    public bool IsHalfRestarted => _restarting;

    /// <summary>The oldest of them: a number that grows by one with each. Any context.</summary>
    public uint Oldest => _tail;

    /// <inheritdoc/>
    public override void SetOffload(bool allowed) => _offload = allowed;

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

    /// <inheritdoc/>
    public override SendResult TrySend(ReadOnlySpan<byte> frame, TransmitChecksums checksums) =>
        IsSendable(frame) ? Finish(Pool, TryRent(Pool), frame, checksums) : Refuse(SendResult.LengthOutOfRange);

    /// <inheritdoc/>
    public override SendResult TryAnswer(ReadOnlySpan<byte> frame, TransmitChecksums checksums) =>
        IsSendable(frame) ? Finish(_answers, TryRent(_answers), frame, checksums, mayGather: true) : Refuse(SendResult.LengthOutOfRange);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override void GatherAnswers(bool on)
    {
        _gathers = on;
        if (_gathered != 0)
        {
            nuint state = _processor.MaskInterrupts();
            TellOfGathered();
            _processor.RestoreInterrupts(state);
        }
    }

    /// <inheritdoc/>
    public override SendResult Send(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums, ulong timeoutNanoseconds)
    {
        if (!IsSendable(frame))
        {
            return Refuse(SendResult.LengthOutOfRange);
        }

        RentResult rented = TryRent(Pool);
        if (!rented.Succeeded && timeoutNanoseconds != 0)
        {
            rented = timeoutNanoseconds == Clock.Forever ? Pool.Rent(context) : Pool.TryRent(context, timeoutNanoseconds);
        }

        return Finish(Pool, rented, frame, checksums);
    }

    /// <inheritdoc/>
    public override SendResult Answer(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums,
        ulong timeoutNanoseconds)
    {
        if (!IsSendable(frame))
        {
            return Refuse(SendResult.LengthOutOfRange);
        }

        RentResult rented = TryRent(_answers);
        return rented.Succeeded ? Finish(_answers, rented, frame, checksums) : Send(context, frame, checksums, timeoutNanoseconds);
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

    private static bool IsSendable(ReadOnlySpan<byte> frame) => frame.Length is >= ShortestFrame and <= LongestFrame;

    private static SendResult ReasonOf(RentError error) => error switch
    {
        RentError.TimedOut => SendResult.TimedOut,
        RentError.Cancelled => SendResult.Cancelled,
        RentError.NotAllowedHere => SendResult.NotAllowedHere,
        _ => SendResult.NoBuffer,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private BufferPool PoolOf(BufferHandle buffer) => buffer.PoolNumber == _answers.Number ? _answers : Pool;

    /// <summary>Rents a buffer. Where none is free, some may gather yet, and some may be out by now whose interrupt has not come
    /// yet.</summary>
    private RentResult TryRent(BufferPool pool)
    {
        RentResult rented = pool.TryRent();
        if (rented.Succeeded || rented.Error != RentError.Empty)
        {
            return rented;
        }

        nuint state = _processor.MaskInterrupts();
        TellOfGathered();
        Reap(E1000.InterruptBudget);
        _processor.RestoreInterrupts(state);
        return pool.TryRent();
    }

    private SendResult Finish(BufferPool pool, RentResult rented, ReadOnlySpan<byte> frame, TransmitChecksums checksums,
        bool mayGather = false)
    {
        if (!rented.Succeeded)
        {
            return Refuse(ReasonOf(rented.Error));
        }

        frame.CopyTo(pool.GetSpan(rented.Buffer));
        nuint state = _processor.MaskInterrupts();
        bool posted = TryPost(rented.Buffer, frame.Length, checksums & Possible);
        if (posted && !(mayGather && _gathers && ++_gathered < AnswerLot))
        {
            Tell();
        }

        _processor.RestoreInterrupts(state);
        if (posted)
        {
            return SendResult.Sent;
        }

        pool.Return(rented.Buffer);
        return Refuse(SendResult.RingFull);
    }

    /// <summary>Counts; under the mask, because two threads that send at once would lose one.</summary>
    private SendResult Refuse(SendResult reason)
    {
        nuint state = _processor.MaskInterrupts();
        Refused++;
        _processor.RestoreInterrupts(state);
        return reason;
    }

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

    private bool TryPost(BufferHandle buffer, int length, TransmitChecksums checksums)
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
        BufferPool pool = PoolOf(buffer);
        pool.Post(buffer);
        _ring[index] = Describe(pool.GetBusAddress(buffer), length, checksums);
        _head++;
        Sent++;
        Bytes += (uint)length;
        return true;
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
