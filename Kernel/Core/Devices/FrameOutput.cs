using System;
using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Devices;

/// <summary>
/// A network device's transmitter as services see it. A frame is copied into a buffer of the device's own pool, which comes back when the
/// device has sent it; so the pool is the
/// back-pressure, and each sender chooses what it does when the pool is empty: be refused, or wait.
/// </summary>
[AllocationFree]
public abstract class FrameOutput
{
    /// <summary>Where the buffers come from.</summary>
    public abstract BlockingPool Pool { get; }

    /// <summary>Checksums that the device can insert, and is allowed to: see <see cref="SetOffload"/>. Any context.</summary>
    public abstract TransmitChecksums Offload { get; }

    /// <summary>Lets the device insert checksums, or not. Any context.</summary>
    /// <param name="allowed">Whether it may.</param>
    public abstract void SetOffload(bool allowed);

    /// <summary>Sends a frame if a buffer is free. Thread context; never waits.</summary>
    /// <param name="frame">The frame without its checksum, 14 to 1514 bytes.</param>
    /// <param name="checksums">What the device shall insert, some of <see cref="Offload"/>.</param>
    public abstract SendResult TrySend(ReadOnlySpan<byte> frame, TransmitChecksums checksums);

    /// <summary>Sends a frame that was promised: an answer, an acknowledgement. It has buffers of its own, so that it goes out when other
    /// senders have taken all of <see cref="Pool"/>. Thread context; never waits.</summary>
    /// <param name="frame">The frame without its checksum, 14 to 1514 bytes.</param>
    /// <param name="checksums">What the device shall insert, some of <see cref="Offload"/>.</param>
    public virtual SendResult TryAnswer(ReadOnlySpan<byte> frame, TransmitChecksums checksums) => TrySend(frame, checksums);

    /// <summary>
    /// Lets answers (<see cref="TryAnswer"/>) gather, so that the device is told of several at once, or sends those that have gathered.
    /// Whoever lets them gather ends it before it waits for anything. Thread context; whoever answers.
    /// </summary>
    /// <param name="on">Whether they gather from now on.</param>
    public virtual void GatherAnswers(bool on)
    {
    }

    /// <summary>The same as <see cref="TryAnswer"/>, and if no buffer that is kept for answers is free, waits for another
    /// sender's.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="frame">The frame without its checksum, 14 to 1514 bytes.</param>
    /// <param name="checksums">What the device shall insert, some of <see cref="Offload"/>.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    public virtual SendResult Answer(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums,
        ulong timeoutNanoseconds) => Send(context, frame, checksums, timeoutNanoseconds);

    /// <summary>Sends a frame, and waits until a buffer is free. The most important sender that waits gets the next one.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="frame">The frame without its checksum, 14 to 1514 bytes.</param>
    /// <param name="checksums">What the device shall insert, some of <see cref="Offload"/>.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    public abstract SendResult Send(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums, ulong timeoutNanoseconds);
}
