using System;
using Cosmos.Common;
using Cosmos.HAL;
using Reservoir.Network;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>net</c>: addresses, counters and drop reasons; stops and restarts the protocol thread.</summary>
public sealed class NetCommand : ShellCommand
{
    private readonly NetworkStack? _stack;
    private readonly ProtocolThread? _thread;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="stack">The protocols; null if there is no network card.</param>
    /// <param name="thread">Who feeds them; null if there is no network card.</param>
    public NetCommand(NetworkStack? stack, ProtocolThread? thread)
        : base("net", "net [drops|arp|pause|resume]", "counters; takes no more frames, or again")
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
            WriteNeighbours(_stack.Arp, output);
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
            return Refuse(output, verb, "'drops', 'arp', 'pause' or 'resume'");
        }

        return CommandResult.Done;
    }

    private static void WriteSummary(NetworkStack stack, ProtocolThread thread, TextOutput output)
    {
        Span<byte> address = stackalloc byte[Ipv4Configuration.MaximumTextLength];
        Span<byte> hardware = stackalloc byte[MacAddress.TextLength];
        NetworkDevice device = stack.Device;
        output.Write($"{device.NameID}: {device.Name}, {hardware.Slice(0, stack.HardwareAddress.Format(hardware))}, ");
        output.WriteLine($"{address.Slice(0, stack.Configuration.Format(address))}, link {(device.LinkUp ? "up" : "DOWN")}");

        NetworkStatistics card = device.TakeStatistics();
        ulong dropped = card.FramesDropped + card.FramesMissed + card.FramesTooLong;
        output.WriteLine($"card:      received {card.FramesReceived}, dropped {dropped}, in error {card.ReceiveErrors}");
        if (dropped != 0)
        {
            output.WriteLine($"           of the dropped: pool empty {card.FramesDropped}, card's ring full {card.FramesMissed}, too long {card.FramesTooLong}");
        }

        output.WriteLine($"           sent {card.FramesSent}, not sent {card.SendRefused}, interrupts {card.Interrupts}, {(device.NeedsPolling ? "POLLED" : "not polled")} now, polled {card.PollingBegun} times");

        NetworkCounters counters = stack.Counters;
        output.WriteLine($"protocols: taken {thread.FramesTaken}, waiting {thread.FramesWaiting}, rests {thread.Rests}, {thread.QuietRests} of them quiet, {(thread.IsPaused ? "PAUSED" : "running")}");
        output.WriteLine($"           arp {counters.ArpPackets}, echo {counters.EchoRequests}, udp {counters.UdpDatagrams}, dropped {counters.Dropped}");
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

    private static void WriteNeighbours(ArpCache neighbours, TextOutput output)
    {
        Span<byte> address = stackalloc byte[Ipv4Address.MaximumTextLength];
        Span<byte> hardware = stackalloc byte[MacAddress.TextLength];
        for (int i = 0; i < neighbours.Capacity; i++)
        {
            if (neighbours.TryRead(i, out Ipv4Address neighbour, out MacAddress station))
            {
                output.WriteLine($"  {address.Slice(0, neighbour.Format(address)),-15}  {hardware.Slice(0, station.Format(hardware))}");
            }
        }

        output.WriteLine($"{neighbours.Known} of at most {neighbours.Capacity} neighbours known");
    }
}
