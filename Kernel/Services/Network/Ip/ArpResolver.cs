using System;
using Reservoir.Devices;
using Reservoir.Network.Wire;
using Reservoir.Time;

namespace Reservoir.Network.Ip;

/// <summary>
/// ARP (RFC 826): answers for this host's address, finds out neighbours' for datagrams that wait, and watches for another host with the
/// same address (RFC 5227).
/// </summary>
/// <remarks>A packet costs one walk through the cache and sends one frame at most. Protocol thread only.</remarks>
internal sealed class ArpResolver
{
    /// <summary>The least time between two defences of this host's address, in nanoseconds (RFC 5227 section 1.1,
    /// DEFEND_INTERVAL).</summary>
    public const ulong DefendIntervalNanoseconds = 10 * Clock.NanosecondsPerSecond;

    private readonly FrameTransmitter _transmitter;
    private readonly Clock _clock;
    private readonly RateLimit _defences = new(DefendIntervalNanoseconds, 1);
    private Ipv4Address _probed;

    public ArpResolver(FrameTransmitter transmitter, Clock clock, int neighbours)
    {
        _transmitter = transmitter;
        _clock = clock;
        Cache = new ArpCache(neighbours);
    }

    /// <summary>The neighbours' addresses.</summary>
    public ArpCache Cache { get; }

    /// <summary>What waits for them.</summary>
    public PendingDatagrams Pending { get; } = new();

    /// <summary>Whether another host has shown to have, or to want, the address given to <see cref="Probe"/>.</summary>
    public bool IsProbedTaken { get; private set; }

    public void Clear()
    {
        Cache.Clear();
        Pending.Clear();
        _probed = default;
    }

    /// <summary>Begins to watch for other hosts with an address that this one wants to use, or no longer (RFC 5227 section 2.1).</summary>
    /// <param name="address">The address; zero for none.</param>
    public void Watch(Ipv4Address address)
    {
        _probed = address;
        IsProbedTaken = false;
    }

    /// <summary>Asks for the watched address without naming a sender (RFC 5227 section 2.1.1).</summary>
    public void Probe() => _transmitter.SendArp(ArpOperation.Request, MacAddress.Broadcast, default, _probed);

    /// <summary>Tells all stations that this host has its address (RFC 5227 section 2.3).</summary>
    public void Announce() =>
        _transmitter.SendArp(ArpOperation.Request, MacAddress.Broadcast, default, _transmitter.Identity.Configuration.Address);

    /// <summary>Looks a neighbour up and, if it isn't known, asks for it.</summary>
    public bool TryResolve(Ipv4Address address, out MacAddress hardware)
    {
        ulong now = _clock.Nanoseconds;
        if (Cache.TryLookUp(address, now, out hardware))
        {
            return true;
        }

        if (CanBeNeighbour(address) && Cache.Expect(address, now))
        {
            Ask(address);
        }

        return false;
    }

    /// <summary>Asks again, or gives up, those whose time has come.</summary>
    public void RunTimers(ulong now)
    {
        while (Cache.TryTakeDue(now, out Ipv4Address address, out bool isGivenUp))
        {
            if (isGivenUp)
            {
                Pending.Drop(address);
            }
            else
            {
                Ask(address);
            }
        }
    }

    public DropReason Receive(ReadOnlySpan<byte> payload, MacAddress station)
    {
        DropReason reason = ArpPacket.Parse(payload, out ArpPacket packet);
        if (reason != DropReason.None)
        {
            return reason;
        }

        Ipv4Configuration own = _transmitter.Identity.Configuration;
        Ipv4Address sender = packet.SenderProtocol;
        if (!_probed.IsZero && station != _transmitter.Identity.Station
            && (sender == _probed || (sender.IsZero && packet.TargetProtocol == _probed)))
        {
            IsProbedTaken = true;
        }

        if (!own.IsSet)
        {
            return DropReason.ArpNotForUs;
        }

        if (sender == own.Address)
        {
            Defend();
            return DropReason.ArpConflict;
        }

        // A probe has no sender yet and is answered, so that its sender learns that the address is taken (RFC 5227 section 2.1.1).
        bool isProbe = sender.IsZero && packet.Operation == ArpOperation.Request;
        if (packet.SenderHardware != station || (!isProbe && !CanBeNeighbour(sender)))
        {
            return DropReason.ArpSenderInvalid;
        }

        return packet.Operation == ArpOperation.Reply ? Learn(sender, station)
            : packet.TargetProtocol != own.Address ? DropReason.ArpNotForUs
            : Answer(sender, station, isProbe);
    }

    private bool CanBeNeighbour(Ipv4Address address) =>
        _transmitter.Identity.Configuration.IsOnLink(address) && _transmitter.Identity.Configuration.IsAnswerable(address);

    private void Ask(Ipv4Address address) => _transmitter.SendArp(ArpOperation.Request, MacAddress.Broadcast, default, address);

    // The other host with this address may not know of this one; once in a while it is told (RFC 5227 section 2.4 b).
    private void Defend()
    {
        if (_defences.TryTake(_clock.Nanoseconds))
        {
            Announce();
        }
    }

    private DropReason Learn(Ipv4Address sender, MacAddress station)
    {
        if (!Cache.TryLearnFromReply(sender, station, _clock.Nanoseconds))
        {
            return DropReason.ArpUnsolicited;
        }

        SendPending(sender, station);
        return DropReason.None;
    }

    private DropReason Answer(Ipv4Address sender, MacAddress station, bool isProbe)
    {
        bool isSent = _transmitter.SendArp(ArpOperation.Reply, station, station, sender);
        if (!isProbe && Cache.LearnFromRequest(sender, station, _clock.Nanoseconds))
        {
            SendPending(sender, station);
        }

        return isSent ? DropReason.None : DropReason.ReplyNotSent;
    }

    private void SendPending(Ipv4Address hop, MacAddress station)
    {
        if (Pending.Count != 0 && Pending.TryTake(hop, _transmitter.UdpPayload, out PendingDatagrams.Place datagram))
        {
            var route = new ReplyRoute(station, datagram.Host, typeOfService: 0);
            _transmitter.SendUdp(in route, datagram.SourcePort, datagram.DestinationPort, datagram.Length);
        }
    }
}
