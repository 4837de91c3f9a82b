using System;
using Cosmos.Common;
using Reservoir.Network;
using Reservoir.Network.Dhcp;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;
using Reservoir.Time;

namespace Reservoir.Shell.Commands;

/// <summary>What <c>net dhcp</c> shows: where the client stands and what it was given.</summary>
internal static class DhcpReport
{
    public static void Write(NetworkStack stack, TextOutput output)
    {
        if (stack.Dhcp is not { } client)
        {
            output.WriteLine("the address was given at boot; 'ip=dhcp' on the kernel's command line asks a DHCP server"u8);
            return;
        }

        output.WriteLine($"state:    {DhcpStateText.Describe(client.State)}");
        output.Write($"messages: sent {client.Sent}, received {client.Received}, refusals {client.Refusals}, ");
        output.WriteLine($"declined {client.Declined}, leases expired {client.Expired}");
        if (client.State is DhcpState.Bound or DhcpState.Renewing or DhcpState.Rebinding)
        {
            WriteLease(client, stack.Clock, output);
        }
    }

    private static void WriteLease(DhcpClient client, Clock clock, TextOutput output)
    {
        DhcpLease lease = client.Lease;
        Span<byte> network = stackalloc byte[Ipv4Configuration.MaximumTextLength];
        output.WriteLine($"address:  {network.Slice(0, lease.Configuration.Format(network))}");
        WriteHost("server:   "u8, lease.Server, output);
        WriteHost("router:   "u8, lease.Router, output);
        WriteHost("names:    "u8, lease.FirstNameServer, output);
        WriteHost("          "u8, lease.SecondNameServer, output);
        if (lease.Seconds == DhcpLease.Infinite)
        {
            output.WriteLine("lease:    for ever"u8);
            return;
        }

        ulong age = (clock.Nanoseconds - client.LeaseBegan) / Clock.NanosecondsPerSecond;
        output.Write($"lease:    {lease.Seconds} s, of which {Math.Min(age, lease.Seconds)} s are over; ");
        output.WriteLine($"asks its server after {lease.RenewalSeconds} s, any server after {lease.RebindingSeconds} s");
    }

    private static void WriteHost(ReadOnlySpan<byte> label, Ipv4Address host, TextOutput output)
    {
        Span<byte> address = stackalloc byte[Ipv4Address.MaximumTextLength];
        if (!host.IsZero)
        {
            output.WriteLine($"{label}{address.Slice(0, host.Format(address))}");
        }
    }
}
