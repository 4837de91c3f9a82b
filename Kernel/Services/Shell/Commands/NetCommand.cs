using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Network;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Shell.Commands;

/// <summary><c>net</c>: addresses, counters and drop reasons; stops and restarts the protocol thread.</summary>
public sealed class NetCommand : ShellCommand
{
    private readonly NetworkStack? _stack;
    private readonly ProtocolThread? _thread;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="stack">The protocols; null if there is no network card.</param>
    /// <param name="thread">The thread that feeds them; null if there is no network card.</param>
    public NetCommand(NetworkStack? stack, ProtocolThread? thread)
        : base("net", "net [drops|arp|dhcp|pause|resume]", "counters; takes no more frames, or again")
    {
        _stack = stack;
        _thread = thread;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> verb = arguments.Next();
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (_stack is null || _thread is null)
        {
            output.WriteLine("net: there is no network card"u8);
            return CommandResult.Done;
        }

        if (verb.IsEmpty)
        {
            WriteSummary(_stack, _thread, output);
        }
        else if (verb.SequenceEqual("drops"u8))
        {
            WriteDrops(_stack.Counters, output, all: true);
        }
        else if (verb.SequenceEqual("arp"u8))
        {
            WriteNeighbours(_stack, output);
        }
        else if (verb.SequenceEqual("dhcp"u8))
        {
            DhcpReport.Write(_stack, output);
        }
        else if (verb.SequenceEqual("pause"u8))
        {
            output.WriteLine(_thread.Pause() ? "paused: no more frames are taken"u8 : "it is paused already"u8);
        }
        else if (verb.SequenceEqual("resume"u8))
        {
            output.WriteLine(_thread.Resume() ? "resumed"u8 : "it is not paused"u8);
        }
        else
        {
            return Refuse(output, verb, "drops, arp, dhcp, pause or resume");
        }

        return CommandResult.Done;
    }

    private static void WriteSummary(NetworkStack stack, ProtocolThread thread, TextOutput output)
    {
        Span<byte> address = stackalloc byte[Ipv4Configuration.MaximumTextLength];
        Span<byte> hardware = stackalloc byte[MacAddress.TextLength];
        NetworkCard card = stack.Card;
        output.Write($"{card.Id}: {card.Name}, {hardware.Slice(0, stack.HardwareAddress.Format(hardware))}, ");
        ReadOnlySpan<byte> own = stack.Configuration.IsSet ? address.Slice(0, stack.Configuration.Format(address)) : "no address yet"u8;
        output.WriteLine($"{own}{(stack.Dhcp is null ? "" : " (dhcp)")}, link {(card.LinkUp ? "up" : "DOWN")}");

        NetworkStatistics numbers = card.TakeStatistics();
        ulong dropped = numbers.FramesDropped + numbers.FramesMissed + numbers.FramesTooLong;
        output.WriteLine($"card:      received {numbers.FramesReceived}, dropped {dropped}, in error {numbers.ReceiveErrors}");
        if (dropped != 0)
        {
            output.Write($"           of the dropped: pool empty {numbers.FramesDropped}, ");
            output.WriteLine($"card's ring full {numbers.FramesMissed}, too long {numbers.FramesTooLong}");
        }

        output.Write($"           sent {numbers.FramesSent}, not sent {numbers.SendRefused}, interrupts {numbers.Interrupts}, ");
        output.WriteLine($"{(card.NeedsPolling ? "POLLED" : "not polled")} now, polled {numbers.PollingBegun} times");

        NetworkCounters counters = stack.Counters;
        output.Write($"protocols: taken {thread.FramesTaken}, waiting {thread.FramesWaiting}, rests {thread.Rests}, ");
        output.WriteLine($"{thread.QuietRests} of them quiet, {(thread.IsPaused ? "PAUSED" : "running")}");
        output.Write($"           arp {counters.ArpPackets}, echo {counters.EchoRequests}, ");
        output.WriteLine($"udp {counters.UdpDatagrams}, dropped {counters.Dropped}, in all {counters.Frames}");
        output.Write($"icmp:      told {stack.Errors.Sent}, not told {stack.Errors.Suppressed}, ");
        output.WriteLine($"heard {counters.UnreachableErrors} unreachable, {counters.OtherErrors} other");
        WriteReassembly(stack.Reassembly, output);
        WriteDrops(counters, output, all: false);
        WritePorts(stack.Ports, output);
    }

    private static void WriteDrops(NetworkCounters counters, TextOutput output, bool all)
    {
        for (int i = 1; i < DropReasonText.Count; i++)
        {
            var reason = (DropReason)i;
            if (all || counters[reason] != 0)
            {
                output.WriteLine($"  {counters[reason],12}  {DropReasonText.Describe(reason)}");
            }
        }
    }

    private static void WritePorts(UdpPortTable ports, TextOutput output)
    {
        output.Write("udp ports:"u8);
        for (int i = 0; i < ports.Count; i++)
        {
            output.Write($" {ports[i]!.Port} ({ports[i]!.Name})");
        }

        output.WriteLine();
    }

    private static void WriteReassembly(Ipv4Reassembly datagrams, TextOutput output)
    {
        output.Write($"fragments kept {datagrams.FragmentsKept}, datagrams complete {datagrams.Completed}, ");
        output.WriteLine($"begun {datagrams.Count} of {datagrams.Capacity}");
        output.WriteLine($"fragments late {datagrams.TimedOut}, overlapping {datagrams.Abandoned}, displaced {datagrams.Displaced}");
    }

    private static void WriteNeighbours(NetworkStack stack, TextOutput output)
    {
        Span<byte> address = stackalloc byte[Ipv4Address.MaximumTextLength];
        Span<byte> hardware = stackalloc byte[MacAddress.TextLength];
        ArpCache neighbours = stack.Arp;
        ulong now = stack.Clock.Nanoseconds;
        for (int i = 0; i < neighbours.Capacity; i++)
        {
            if (neighbours.TryRead(i, out ArpNeighbour neighbour))
            {
                ReadOnlySpan<byte> state = neighbour.State switch
                {
                    ArpState.Expected => "asked, no answer yet"u8,
                    _ when now - neighbour.Since >= ArpCache.LifetimeNanoseconds => "too old"u8,
                    ArpState.Asked => "has answered"u8,
                    _ => "has asked"u8,
                };
                output.Write($"  {address.Slice(0, neighbour.Address.Format(address)),-15}  ");
                output.Write(hardware.Slice(0, neighbour.Hardware.Format(hardware)));
                output.WriteLine($"  {(now - neighbour.Since) / Clock.NanosecondsPerSecond,4} s  {state}");
            }
        }

        output.Write($"{neighbours.Known} of at most {neighbours.Capacity} neighbours known; ");
        output.WriteLine($"not answered {neighbours.Unanswered}, changes refused {neighbours.ChangesRefused}");
        output.WriteLine(
            $"{stack.Pending.Count} of at most {PendingDatagrams.Capacity} datagrams wait for a neighbour; lost {stack.Pending.Lost}");
        if (stack.Router.IsZero)
        {
            output.WriteLine("no router"u8);
        }
        else
        {
            output.WriteLine($"router {address.Slice(0, stack.Router.Format(address))}");
        }
    }
}
