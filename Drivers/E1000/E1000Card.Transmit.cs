using System;
using System.Runtime.CompilerServices;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Drivers.E1000;

/// <content>How frames go out: a buffer is rented, the frame copied into it, and the buffer posted to the ring.</content>
public sealed partial class E1000Card
{
    private const int ShortestFrame = 14;
    private const int LongestFrame = 1514;
    private const TransmitChecksums Possible = TransmitChecksums.Ipv4Header | TransmitChecksums.Udp | TransmitChecksums.Tcp;

    private readonly BlockingPool _transmitPool;

    /// <summary>Buffers for what was promised; may be the same as <see cref="TransmitPool"/>.</summary>
    private readonly BufferPool _answerPool;
    private bool _offload = true;

    /// <summary>Frames that were not sent.</summary>
    private ulong _refused;

    /// <inheritdoc/>
    public override BlockingPool TransmitPool => _transmitPool;

    /// <inheritdoc/>
    public override TransmitChecksums Offload => _offload ? Possible : TransmitChecksums.None;

    /// <inheritdoc/>
    public override bool SetOffload(bool allowed)
    {
        _offload = allowed;
        return true;
    }

    /// <inheritdoc/>
    public override SendResult TrySend(ReadOnlySpan<byte> frame, TransmitChecksums checksums) =>
        IsSendable(frame) ? Post(_transmitPool, TryRent(_transmitPool), frame, checksums) : Refuse(SendResult.LengthOutOfRange);

    /// <inheritdoc/>
    public override SendResult TryAnswer(ReadOnlySpan<byte> frame, TransmitChecksums checksums) =>
        IsSendable(frame) ? Post(_answerPool, TryRent(_answerPool), frame, checksums, mayGather: true)
            : Refuse(SendResult.LengthOutOfRange);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override void GatherAnswers(bool on) => _transmit.Gather(on);

    /// <inheritdoc/>
    public override SendResult Send(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums, ulong timeoutNanoseconds)
    {
        if (!IsSendable(frame))
        {
            return Refuse(SendResult.LengthOutOfRange);
        }

        RentResult rented = TryRent(_transmitPool);
        if (!rented.Succeeded && timeoutNanoseconds != 0)
        {
            rented = timeoutNanoseconds == Clock.Forever ? _transmitPool.Rent(context) : _transmitPool.TryRent(context, timeoutNanoseconds);
        }

        return Post(_transmitPool, rented, frame, checksums);
    }

    /// <inheritdoc/>
    public override SendResult Answer(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums,
        ulong timeoutNanoseconds)
    {
        if (!IsSendable(frame))
        {
            return Refuse(SendResult.LengthOutOfRange);
        }

        RentResult rented = TryRent(_answerPool);
        return rented.Succeeded ? Post(_answerPool, rented, frame, checksums) : Send(context, frame, checksums, timeoutNanoseconds);
    }

    private static bool IsSendable(ReadOnlySpan<byte> frame) => frame.Length is >= ShortestFrame and <= LongestFrame;

    private static SendResult ReasonOf(RentError error) => error switch
    {
        RentError.TimedOut => SendResult.TimedOut,
        RentError.Cancelled => SendResult.Cancelled,
        RentError.NotAllowedHere => SendResult.NotAllowedHere,
        _ => SendResult.NoBuffer,
    };

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
        _transmit.FreeSome();
        _processor.RestoreInterrupts(state);
        return pool.TryRent();
    }

    private SendResult Post(BufferPool pool, RentResult rented, ReadOnlySpan<byte> frame, TransmitChecksums checksums,
        bool mayGather = false)
    {
        if (!rented.Succeeded)
        {
            return Refuse(ReasonOf(rented.Error));
        }

        frame.CopyTo(pool.GetSpan(rented.Buffer));
        nuint state = _processor.MaskInterrupts();
        bool posted = _transmit.TryPost(pool, rented.Buffer, frame.Length, checksums & Possible, mayGather);
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
        _refused++;
        _processor.RestoreInterrupts(state);
        return reason;
    }
}
