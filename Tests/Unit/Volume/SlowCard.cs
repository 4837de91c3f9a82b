using System;
using System.Collections.Generic;
using Reservoir.Devices;
using Reservoir.Tests.Unit.Network;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>A card whose buffers all take some time to become free.</summary>
internal sealed class SlowCard : FakeNetworkCard
{
    /// <summary>How long a sender has to wait, in nanoseconds.</summary>
    public ulong Delay { get; set; }

    /// <summary>Called with how long a sender waits.</summary>
    public Action<ulong> Waits { get; set; } = _ => { };

    /// <summary>How long each sender was ready to wait.</summary>
    public List<ulong> Timeouts { get; } = [];

    public override SendResult TrySend(ReadOnlySpan<byte> frame, TransmitChecksums checksums) => throw new NotSupportedException();

    public override SendResult Send(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums, ulong timeoutNanoseconds)
    {
        Timeouts.Add(timeoutNanoseconds);
        Waits(Math.Min(Delay, timeoutNanoseconds));
        return Delay <= timeoutNanoseconds ? SendResult.Sent : timeoutNanoseconds == 0 ? SendResult.NoBuffer : SendResult.TimedOut;
    }
}
