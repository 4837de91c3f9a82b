using System;
using Reservoir.Network.Wire;
using Reservoir.Time;

namespace Reservoir.Network.Dhcp;

/// <content>What the client does when time has passed: asks, asks again, makes sure, gives up.</content>
public sealed partial class DhcpClient
{
    private const ulong FirstIntervalSeconds = 4;
    private const ulong LongestIntervalSeconds = 64;
    private const int MostRequests = 4;
    private const int MostProbes = 3;
    private const ulong ProbeInterval = 200 * Clock.NanosecondsPerMillisecond;
    private const ulong CableInterval = 100 * Clock.NanosecondsPerMillisecond;
    private const ulong ShortestExtension = 60 * Clock.NanosecondsPerSecond;
    private const ulong PauseAfterDecline = 10 * Clock.NanosecondsPerSecond;

    /// <summary>Forgets everything but the address it had, which it will ask for first, and begins anew.</summary>
    internal void Restart() => GiveUp(pauseNanoseconds: 0);

    /// <summary>Does what has become due.</summary>
    /// <param name="now">The time.</param>
    internal void RunTimers(ulong now)
    {
        if (now < NextDeadline)
        {
            return;
        }

        switch (State)
        {
            case DhcpState.Init when !_host.Card.LinkUp:
                NextDeadline = now + CableInterval;
                break;

            case DhcpState.Init:
                Begin(DhcpState.Selecting);
                Ask();
                break;

            case DhcpState.Selecting:
                Ask();
                break;

            case DhcpState.Requesting when _attempts == MostRequests:
                Say("the server that made an offer doesn't answer any more"u8);
                GiveUp(pauseNanoseconds: 0);
                break;

            case DhcpState.Requesting:
                Ask();
                break;

            case DhcpState.Checking:
                Check();
                break;

            default:
                Extend(now);
                break;
        }
    }

    /// <summary>Asks, or asks again, and doubles the time until the next question.</summary>
    private void Ask()
    {
        ulong now = _host.Clock.Nanoseconds;
        ulong seconds = Math.Min(FirstIntervalSeconds << Math.Min(_attempts, 8), LongestIntervalSeconds);
        NextDeadline = now + (seconds - 1) * Clock.NanosecondsPerSecond + NextRandom() % (2 * Clock.NanosecondsPerSecond);
        _asked = _attempts == 0 ? now : _asked;
        _attempts++;

        bool isDiscover = State == DhcpState.Selecting;
        Span<byte> bytes = stackalloc byte[DhcpWriter.Length];
        DhcpWriter message = Write(bytes, isDiscover ? DhcpMessageType.Discover : DhcpMessageType.Request, default, now);
        Ipv4Address wanted = isDiscover ? _wanted : _lease.Configuration.Address;
        if (!wanted.IsZero)
        {
            message.Add(DhcpOption.RequestedAddress, wanted);
        }

        if (!isDiscover)
        {
            message.Add(DhcpOption.ServerIdentifier, _lease.Server);
        }

        message.AddWishes();
        message.End();
        Broadcast(bytes);
    }

    /// <summary>Asks the link whether another host has the address, or takes it when none has answered.</summary>
    private void Check()
    {
        if (_host.Arp.IsProbedTaken)
        {
            Decline();
        }
        else if (_attempts == MostProbes)
        {
            Bind();
        }
        else
        {
            _attempts++;
            _host.Arp.Probe();
            NextDeadline = _host.Clock.Nanoseconds + ProbeInterval;
        }
    }

    private void Decline()
    {
        Declined++;
        _wanted = default;
        Span<byte> bytes = stackalloc byte[DhcpWriter.Length];
        DhcpWriter message = Write(bytes, DhcpMessageType.Decline, default, _host.Clock.Nanoseconds);
        message.Add(DhcpOption.RequestedAddress, _lease.Configuration.Address);
        message.Add(DhcpOption.ServerIdentifier, _lease.Server);
        message.End();
        Broadcast(bytes);
        Say("another host has the address"u8);
        GiveUp(PauseAfterDecline);
    }

    /// <summary>Asks for more time: first the server alone, then all servers; or gives the address up when its time is over (RFC 2131
    /// section 4.4.5).</summary>
    private void Extend(ulong now)
    {
        if (now >= After(_lease.Seconds))
        {
            Expired++;
            Say("the lease has ended"u8);
            GiveUp(pauseNanoseconds: 0);
            return;
        }

        bool isRebinding = now >= After(_lease.RebindingSeconds);
        if (State == DhcpState.Bound)
        {
            Begin(DhcpState.Renewing);
        }

        State = isRebinding ? DhcpState.Rebinding : DhcpState.Renewing;
        ulong end = After(isRebinding ? _lease.Seconds : _lease.RebindingSeconds);
        NextDeadline = Math.Min(end, now + Math.Max((end - now) / 2, ShortestExtension));
        _asked = _attempts == 0 ? now : _asked;
        _attempts++;

        Span<byte> bytes = stackalloc byte[DhcpWriter.Length];
        DhcpWriter message = Write(bytes, DhcpMessageType.Request, _lease.Configuration.Address, now);
        message.AddWishes();
        message.End();
        if (isRebinding)
        {
            Broadcast(bytes);
        }
        else
        {
            Sent += _udp.TrySend(_lease.Server, ClientPort, ServerPort, bytes) ? 1UL : 0;
        }
    }

    /// <summary>How long to wait after a refusal: longer each time, so that a server that never agrees isn't flooded.</summary>
    private ulong PauseAfterRefusal()
    {
        ulong seconds = Math.Min(1UL << Math.Min(_refusals, 8), LongestIntervalSeconds);
        _refusals++;
        return seconds * Clock.NanosecondsPerSecond;
    }

    private DhcpWriter Write(Span<byte> bytes, DhcpMessageType type, Ipv4Address own, ulong now)
    {
        ulong seconds = Math.Min((now - _began) / Clock.NanosecondsPerSecond, ushort.MaxValue);
        return new DhcpWriter(bytes, type, _transaction, (ushort)seconds, _host.Identity.Station, own);
    }

    private void Broadcast(ReadOnlySpan<byte> bytes) => Sent += _udp.TryBroadcast(ClientPort, ServerPort, bytes) ? 1UL : 0;
}
