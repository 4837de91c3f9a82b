using System;
using Cosmos.Common;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Time;

namespace Reservoir.Network.Dhcp;

/// <summary>
/// Gets this host's address from a DHCP server, and keeps it (RFC 2131 section 4.4).
/// </summary>
/// <remarks>
/// <para>INIT: asks all servers (DISCOVER), again after 4, 8, ... 64 seconds, each a second more or less by chance (section 4.1). The first
/// offer that can be used is requested; no answer to that is asked for four times, then everything begins anew. With the acknowledgement
/// (ACK) the client asks the link three times whether another host has the address (RFC 5227 section 2.1); if so it declines and begins
/// anew after ten seconds, if not the address takes effect.</para>
/// <para>At T1 it asks its server for more time, at T2 any server, each time again after half of what is left but a minute at least
/// (section 4.4.5). A refusal (NAK), or the end of the lease, takes the address away, and everything begins anew.</para>
/// <para>A message counts only if it answers the very question that was asked last, comes from the server that was chosen, and is expected
/// now. All times are in nanoseconds since boot. Protocol thread only; the numbers may be read from any context.</para>
/// </remarks>
public sealed partial class DhcpClient
{
    /// <summary>The port that a client listens at.</summary>
    public const ushort ClientPort = 68;

    /// <summary>The port that a server listens at.</summary>
    public const ushort ServerPort = 67;

    private readonly Ipv4Host _host;
    private readonly UdpOutput _udp;
    private readonly TextOutput _messages;
    private DhcpLease _lease;
    private Ipv4Address _wanted;
    private ulong _random;
    private uint _transaction;
    private int _attempts;
    private int _refusals;
    private ulong _began;
    private ulong _asked;

    /// <summary>Makes a client. Boot context.</summary>
    /// <param name="host">What it speaks through, and whose address it sets.</param>
    /// <param name="messages">Where it says what it got and lost, whole lines.</param>
    public DhcpClient(Ipv4Host host, TextOutput messages)
    {
        _host = host;
        _udp = new UdpOutput(host);
        _messages = messages;
        _random = host.Identity.Station.Value;
    }

    /// <summary>Where it stands.</summary>
    public DhcpState State { get; private set; }

    /// <summary>What it was given, or was offered and wants; meaningless in <see cref="DhcpState.Init"/> and
    /// <see cref="DhcpState.Selecting"/>.</summary>
    public DhcpLease Lease => _lease;

    /// <summary>When the lease began; it is counted from the question, as RFC 2131 section 4.4.1 says.</summary>
    public ulong LeaseBegan { get; private set; }

    /// <summary>When something has to be done.</summary>
    public ulong NextDeadline { get; private set; }

    /// <summary>Messages sent.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Messages of servers that were understood and awaited.</summary>
    public ulong Received { get; private set; }

    /// <summary>Refusals (NAK).</summary>
    public ulong Refusals { get; private set; }

    /// <summary>Addresses declined because another host has them.</summary>
    public ulong Declined { get; private set; }

    /// <summary>Leases that ended before a server gave more time.</summary>
    public ulong Expired { get; private set; }

    /// <summary>Whether an answer is awaited.</summary>
    internal bool IsAsking => State is not (DhcpState.Init or DhcpState.Checking or DhcpState.Bound);

    /// <summary>Takes a datagram that was sent to the client's port.</summary>
    /// <returns><see cref="DropReason.None"/> if it was awaited, or why it is dropped.</returns>
    internal DropReason Receive(in UdpDatagram datagram)
    {
        DropReason reason = datagram.SourcePort == ServerPort
            ? DhcpMessage.Parse(datagram.Payload, out DhcpMessage message) : Refuse(out message);
        if (reason != DropReason.None)
        {
            return reason;
        }

        if (message.Transaction != _transaction || message.Client != _host.Identity.Station)
        {
            return DropReason.DhcpNotForUs;
        }

        reason = State switch
        {
            DhcpState.Selecting when message.Options.MessageType == DhcpMessageType.Offer => TakeOffer(in message),
            DhcpState.Requesting or DhcpState.Renewing when message.Options.Server != _lease.Server => DropReason.DhcpUnexpected,
            DhcpState.Requesting or DhcpState.Renewing or DhcpState.Rebinding => TakeAnswer(in message),
            _ => DropReason.DhcpUnexpected,
        };
        Received += reason == DropReason.None ? 1UL : 0;
        return reason;
    }

    private static DropReason Refuse(out DhcpMessage message)
    {
        message = default;
        return DropReason.DhcpFormat;
    }

    private DropReason TakeOffer(in DhcpMessage message)
    {
        if (!DhcpLease.TryRead(in message, out DhcpLease offer))
        {
            return DropReason.DhcpUnusable;
        }

        _lease = offer;
        Begin(DhcpState.Requesting);
        Ask();
        return DropReason.None;
    }

    private DropReason TakeAnswer(in DhcpMessage message)
    {
        if (message.Options.MessageType == DhcpMessageType.Nak)
        {
            Refusals++;
            _wanted = default;
            Say("the server refuses the address"u8);
            GiveUp(PauseAfterRefusal());
            return DropReason.None;
        }

        if (message.Options.MessageType != DhcpMessageType.Ack)
        {
            return DropReason.DhcpUnexpected;
        }

        if (!DhcpLease.TryRead(in message, out DhcpLease lease) || lease.Configuration.Address != _lease.Configuration.Address)
        {
            return DropReason.DhcpUnusable;
        }

        TakeLease(in lease);
        return DropReason.None;
    }

    private void TakeLease(in DhcpLease lease)
    {
        bool isNew = State == DhcpState.Requesting;
        bool isChanged = !isNew && (lease.Configuration.PrefixLength != _lease.Configuration.PrefixLength || lease.Router != _lease.Router);
        _lease = lease;
        LeaseBegan = _asked;
        if (isNew)
        {
            Begin(DhcpState.Checking);
            _host.Arp.Watch(lease.Configuration.Address);
            Check();
            return;
        }

        if (isChanged)
        {
            _host.Configure(lease.Configuration, lease.Router);
        }

        Begin(DhcpState.Bound);
        NextDeadline = After(lease.RenewalSeconds);
    }

    /// <summary>No other host has the address: it takes effect.</summary>
    private void Bind()
    {
        _host.Arp.Watch(default);
        _host.Configure(_lease.Configuration, _lease.Router);
        _host.Arp.Announce();
        _wanted = _lease.Configuration.Address;
        _refusals = 0;
        Begin(DhcpState.Bound);
        NextDeadline = After(_lease.RenewalSeconds);
        SayLease();
    }

    /// <summary>Has no address any more and begins anew.</summary>
    /// <param name="pauseNanoseconds">How long to wait before.</param>
    private void GiveUp(ulong pauseNanoseconds)
    {
        _host.Arp.Watch(default);
        _host.Configure(default, default);
        Begin(DhcpState.Init);
        NextDeadline = _host.Clock.Nanoseconds + pauseNanoseconds;
    }

    private void Begin(DhcpState state)
    {
        // A transaction is a question and its repetitions; the request goes on with that of the offer (RFC 2131 section 4.4.1).
        if (state is DhcpState.Selecting or DhcpState.Renewing)
        {
            _transaction = (uint)NextRandom();
            _began = _host.Clock.Nanoseconds;
        }

        State = state;
        _attempts = 0;
    }

    private ulong After(uint seconds) =>
        _lease.Seconds == DhcpLease.Infinite ? Clock.Forever : LeaseBegan + seconds * Clock.NanosecondsPerSecond;

    /// <summary>The next of a series that can't be foretold from the wire, and that differs between hosts (Steele, Lea, Flood 2014:
    /// SplitMix).</summary>
    private ulong NextRandom()
    {
        _random += 0x9E37_79B9_7F4A_7C15 ^ _host.Clock.Nanoseconds;
        ulong mixed = (_random ^ (_random >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }

    private void Say(ReadOnlySpan<byte> text) => _messages.WriteLine($"dhcp: {text}");

    private void SayLease()
    {
        Span<byte> address = stackalloc byte[Ipv4Configuration.MaximumTextLength];
        Span<byte> router = stackalloc byte[Ipv4Address.MaximumTextLength];
        Span<byte> server = stackalloc byte[Ipv4Address.MaximumTextLength];
        address = address.Slice(0, _lease.Configuration.Format(address));
        router = router.Slice(0, _lease.Router.Format(router));
        server = server.Slice(0, _lease.Server.Format(server));
        if (_lease.Seconds == DhcpLease.Infinite)
        {
            _messages.WriteLine($"dhcp: {address} from {server}, router {router}, for ever");
        }
        else
        {
            _messages.WriteLine($"dhcp: {address} from {server}, router {router}, for {_lease.Seconds} s");
        }
    }
}
