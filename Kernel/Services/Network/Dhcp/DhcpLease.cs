using System;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Dhcp;

/// <summary>What a DHCP server has given, or would give, and for how long. A value; any context.</summary>
public readonly struct DhcpLease
{
    /// <summary>As a time: for ever (RFC 2131 section 3.3).</summary>
    public const uint Infinite = uint.MaxValue;

    /// <summary>The shortest time that is taken, in seconds: a shorter one would have this host do nothing but ask.</summary>
    public const uint ShortestSeconds = 10;

    private DhcpLease(Ipv4Configuration configuration, Ipv4Address server, in DhcpOptions options)
    {
        Configuration = configuration;
        Server = server;
        Router = configuration.IsOnLink(options.Router) && configuration.IsAnswerable(options.Router) ? options.Router : default;
        FirstNameServer = options.FirstNameServer.IsHost ? options.FirstNameServer : default;
        SecondNameServer = options.SecondNameServer.IsHost ? options.SecondNameServer : default;
        Seconds = options.LeaseSeconds;

        // A server that doesn't say, or not in that order, gets the times of RFC 2131 section 4.4.5.
        uint rebinding = options.RebindingSeconds != 0 && options.RebindingSeconds < Seconds
            ? options.RebindingSeconds : (uint)(Seconds * 7UL / 8);
        RenewalSeconds = options.RenewalSeconds != 0 && options.RenewalSeconds < rebinding
            ? options.RenewalSeconds : Math.Min(Seconds / 2, rebinding - 1);
        RebindingSeconds = rebinding;
    }

    /// <summary>The address and the network.</summary>
    public Ipv4Configuration Configuration { get; }

    /// <summary>The server that gives it.</summary>
    public Ipv4Address Server { get; }

    /// <summary>The router; zero if there is none on the link.</summary>
    public Ipv4Address Router { get; }

    /// <summary>The first name server; zero if there is none.</summary>
    public Ipv4Address FirstNameServer { get; }

    /// <summary>The second name server; zero if there is none.</summary>
    public Ipv4Address SecondNameServer { get; }

    /// <summary>How long the address may be used, in seconds, at least <see cref="ShortestSeconds"/>; <see cref="Infinite"/> for
    /// ever.</summary>
    public uint Seconds { get; }

    /// <summary>When to begin asking the server for more time, in seconds: T1, before <see cref="RebindingSeconds"/>.</summary>
    public uint RenewalSeconds { get; }

    /// <summary>When to begin asking any server, in seconds: T2, before <see cref="Seconds"/>.</summary>
    public uint RebindingSeconds { get; }

    /// <summary>Takes an offer or an acknowledgement for a lease.</summary>
    /// <param name="message">The message.</param>
    /// <param name="lease">The lease; the default value if it is none that can be used.</param>
    /// <returns>False if the address is no host's or none on its network, the mask has holes or leaves no room, the server doesn't name
    /// itself, or the time is too short.</returns>
    internal static bool TryRead(in DhcpMessage message, out DhcpLease lease)
    {
        lease = default;
        DhcpOptions options = message.Options;
        Ipv4Address mask = options.SubnetMask.IsZero ? ClassMask(message.YourAddress) : options.SubnetMask;
        if (!options.Server.IsHost || options.LeaseSeconds < ShortestSeconds || options.Server == message.YourAddress
            || !Ipv4Configuration.TryCreate(message.YourAddress, mask, out Ipv4Configuration configuration))
        {
            return false;
        }

        lease = new DhcpLease(configuration, options.Server, in options);
        return true;
    }

    /// <summary>The mask of an address's historic class, for a server that gives none (RFC 1122 section 3.3.1.1).</summary>
    private static Ipv4Address ClassMask(Ipv4Address address) =>
        address.Value >> 31 == 0 ? new Ipv4Address(255, 0, 0, 0)
        : address.Value >> 30 == 2 ? new Ipv4Address(255, 255, 0, 0)
        : new Ipv4Address(255, 255, 255, 0);
}
