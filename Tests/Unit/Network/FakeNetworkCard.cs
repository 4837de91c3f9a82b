using System;
using System.Collections.Generic;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Network;

/// <summary>A card that keeps what it is asked to send, as long as it has buffers.</summary>
internal class FakeNetworkCard : NetworkCard
{
    private ulong _sent;
    private ulong _refused;

    public List<byte[]> Sent { get; } = new();

    public int Buffers { get; set; } = int.MaxValue;

    public bool KeepsFrames { get; set; } = true;

    public override MacAddress Address { get; } = new(0x525400123456);

    public override string Name => "fake";

    public override bool Ready => true;

    public bool IsLinkUp { get; set; } = true;

    public override bool LinkUp => IsLinkUp;

    public override BlockingPool TransmitPool => throw new NotSupportedException();

    public override bool Enable() => true;

    public override SendResult TrySend(ReadOnlySpan<byte> frame, TransmitChecksums checksums)
    {
        if (Buffers == 0)
        {
            _refused++;
            return SendResult.NoBuffer;
        }

        Buffers--;
        _sent++;
        if (KeepsFrames)
        {
            Sent.Add(frame.ToArray());
        }

        return SendResult.Sent;
    }

    public override SendResult Send(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums,
        ulong timeoutNanoseconds) => TrySend(frame, checksums);

    public override NetworkStatistics TakeStatistics() => new()
    {
        FramesReceived = 1000,
        FramesDropped = 7,
        FramesSent = _sent,
        SendRefused = _refused,
        Interrupts = 500,
    };
}
