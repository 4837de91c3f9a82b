using System;
using System.Collections.Generic;
using Cosmos.HAL;
using Cosmos.HAL.Network;

namespace Reservoir.Tests.Unit.Network;

/// <summary>A device that keeps what it is asked to send, as long as it has buffers.</summary>
internal sealed class FakeNetworkDevice : NetworkDevice
{
    private ulong _sent;
    private ulong _refused;

    public List<byte[]> Sent { get; } = new();

    public int Buffers { get; set; } = int.MaxValue;

    public bool KeepsFrames { get; set; } = true;

    public override CardType CardType => CardType.Ethernet;

    public override MACAddress MACAddress { get; } = new(new byte[] { 0x52, 0x54, 0x00, 0x12, 0x34, 0x56 });

    public override string Name => "fake";

    public override bool Ready => true;

    public bool IsLinkUp { get; set; } = true;

    public override bool LinkUp => IsLinkUp;

    public override bool Enable() => true;

    public override bool QueueBytes(ReadOnlySpan<byte> frame)
    {
        if (Buffers == 0)
        {
            _refused++;
            return false;
        }

        Buffers--;
        _sent++;
        if (KeepsFrames)
        {
            Sent.Add(frame.ToArray());
        }

        return true;
    }

    public override NetworkStatistics TakeStatistics() => new()
    {
        FramesReceived = 1000,
        FramesDropped = 7,
        FramesSent = _sent,
        SendRefused = _refused,
        Interrupts = 500,
    };
}
