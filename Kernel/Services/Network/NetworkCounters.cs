using System.Runtime.CompilerServices;
using Reservoir.Network.Wire;

namespace Reservoir.Network;

/// <summary>What became of every frame that the protocol thread took, a fragment that was kept among those taken. <see cref="Frames"/> =
/// <see cref="Taken"/> + <see cref="Dropped"/>, always.</summary>
/// <remarks>Written by the protocol thread only; single numbers may be read from any context.</remarks>
public sealed class NetworkCounters
{
    private readonly ulong[] _reasons = new ulong[DropReasonText.Count];

    /// <summary>Frames that did what their sender wanted.</summary>
    public ulong Taken => _reasons[(int)DropReason.None];

    /// <summary>Frames dropped, whatever the reason.</summary>
    public ulong Dropped
    {
        get
        {
            ulong dropped = 0;
            for (int i = 1; i < _reasons.Length; i++)
            {
                dropped += _reasons[i];
            }

            return dropped;
        }
    }

    /// <summary>All frames.</summary>
    public ulong Frames => Taken + Dropped;

    /// <summary>Bytes of all frames.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>ARP requests answered and replies learned from.</summary>
    public ulong ArpPackets { get; private set; }

    /// <summary>Echo requests answered.</summary>
    public ulong EchoRequests { get; private set; }

    /// <summary>ICMP errors that others have sent about datagrams of this host: something can't be delivered.</summary>
    public ulong UnreachableErrors { get; private set; }

    /// <summary>ICMP errors that others have sent about datagrams of this host: too long on the way, or a header that was not
    /// understood.</summary>
    public ulong OtherErrors { get; private set; }

    /// <summary>UDP datagrams taken by a service, DHCP among them.</summary>
    public ulong UdpDatagrams { get; private set; }

    /// <summary>Frames that ended for one reason.</summary>
    /// <param name="reason">The reason; <see cref="DropReason.None"/> counts those taken.</param>
    public ulong this[DropReason reason] => (int)reason < _reasons.Length ? _reasons[(int)reason] : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void CountFrame(int length, DropReason reason)
    {
        Bytes += (ulong)length;
        ulong[] reasons = _reasons;
        uint index = (uint)reason;
        if (index < (uint)reasons.Length)
        {
            reasons[index]++;
        }
        else
        {
            // No service should invent a reason.
            reasons[(int)DropReason.ServiceRefused]++;
        }
    }

    internal void CountArp() => ArpPackets++;

    internal void CountEcho() => EchoRequests++;

    internal void CountIcmpError(IcmpType type)
    {
        if (type == IcmpType.DestinationUnreachable)
        {
            UnreachableErrors++;
        }
        else
        {
            OtherErrors++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void CountUdp() => UdpDatagrams++;
}
