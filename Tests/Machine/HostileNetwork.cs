using System;

namespace Reservoir.Tests.Machine;

/// <summary>A machine and its peer that several tests share, one after the other.</summary>
public sealed class HostileNetwork : IDisposable
{
    public HostileNetwork()
    {
        Machine = Machine.Boot(new MachineSetup { NetworkPort = Peer.Port }, nameof(HostileNetwork));
    }

    internal EthernetPeer Peer { get; } = new();

    internal Machine Machine { get; }

    public void Dispose()
    {
        Machine.Dispose();
        Peer.Dispose();
    }
}
