using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Network;
using Reservoir.Network.Wire;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Shell.Commands;

/// <summary><c>nic</c>: the network card itself: how frames come in, its filters and registers; frames to send.</summary>
public sealed class NicCommand : ShellCommand
{
    private const string Verbs = "'add', 'remove', 'promiscuous', 'offload' or 'send'";
    private const ulong SendTimeout = Clock.NanosecondsPerSecond;
    private const ulong NanosecondsPerMicrosecond = 1000;

    /// <summary>For experiments on the local network (IEEE 802, 9.2.3).</summary>
    private const ushort ExperimentalType = 0x88B5;

    private readonly NetworkStack? _stack;
    private readonly Clock _clock;
    private readonly byte[] _frame = new byte[EthernetFrame.MinimumLength];

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="stack">The protocols, which know the card; null if there is none.</param>
    /// <param name="clock">The time.</param>
    public NicCommand(NetworkStack? stack, Clock clock)
        : base("nic", "nic [add|remove MAC] [promiscuous|offload on|off] [send COUNT [wait]]",
            "the network card: modes, filters, registers")
    {
        _stack = stack;
        _clock = clock;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> verb = arguments.Next();
        ReadOnlySpan<byte> word = arguments.Next();
        ReadOnlySpan<byte> more = arguments.Next();
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (_stack is null)
        {
            output.WriteLine("nic: there is no network card"u8);
            return CommandResult.Done;
        }

        if (verb.SequenceEqual("send"u8))
        {
            return Send(context, _stack, word, more, output);
        }

        if (!more.IsEmpty)
        {
            return Refuse(output, more, "nothing more");
        }

        if (verb.IsEmpty)
        {
            WriteSummary(_stack, output);
            return CommandResult.Done;
        }

        if (verb.SequenceEqual("add"u8) || verb.SequenceEqual("remove"u8))
        {
            return ChangeFilter(_stack.Card, verb.SequenceEqual("add"u8), word, output);
        }

        return Switch(_stack, verb, word, output);
    }

    private static ReadOnlySpan<byte> OnOrOff(bool on) => on ? "on"u8 : "off"u8;

    private static void WriteSummary(NetworkStack stack, TextOutput output)
    {
        NetworkCard card = stack.Card;
        NetworkStatistics numbers = card.TakeStatistics();
        output.Write($"{card.Name}, link {(card.LinkUp ? "up" : "DOWN")}, changed {numbers.LinkChanges} times; ");
        output.WriteLine($"receives by {(card.NeedsPolling ? "POLLING" : "interrupt")}");
        output.Write($"interrupts {numbers.Interrupts}; polling begun {numbers.PollingBegun}, polls {numbers.Polls}, ");
        output.WriteLine($"frames polled {numbers.FramesPolled}, budgets used up {numbers.BudgetsUsedUp}");
        output.Write($"faults:    interrupts lost {numbers.InterruptsLost}, ");
        output.WriteLine($"transmitter started again {numbers.TransmitterRestarts}, frames thrown away then {numbers.SendAborted}");
        output.WriteLine($"checksums: inserted by the card: {OnOrOff(card.Offload != TransmitChecksums.None)}");

        output.Write($"let in:    this card's frames, those for all{(card.IsPromiscuous ? " and EVERY OTHER" : "")}");
        Span<byte> text = stackalloc byte[MacAddress.TextLength];
        for (int i = 0; i < card.AddressCount; i++)
        {
            output.Write($", {text.Slice(0, card.GetAddress(i).Format(text))}");
        }

        output.WriteLine();
        for (int i = 0; i < card.CounterCount; i++)
        {
            DeviceCounter counter = card.ReadCounter(i);
            output.WriteLine($"  {counter.Value,12}  {counter.Name,-7}  {counter.Meaning}");
        }
    }

    private CommandResult ChangeFilter(NetworkCard card, bool adds, ReadOnlySpan<byte> word, TextOutput output)
    {
        if (!MacAddress.TryParse(word, out MacAddress address))
        {
            return Refuse(output, word, "an address like 01:00:5e:00:00:01");
        }

        if (adds)
        {
            output.WriteLine(card.TryAddAddress(address)
                ? "added"u8 : "not added: it is there already, or no room is left, or it can't be one"u8);
        }
        else
        {
            output.WriteLine(card.TryRemoveAddress(address) ? "removed"u8 : "it was not added"u8);
        }

        return CommandResult.Done;
    }

    private CommandResult Switch(NetworkStack stack, ReadOnlySpan<byte> verb, ReadOnlySpan<byte> word, TextOutput output)
    {
        bool offload = verb.SequenceEqual("offload"u8);
        if (!offload && !verb.SequenceEqual("promiscuous"u8))
        {
            return Refuse(output, verb, Verbs);
        }

        bool on = word.SequenceEqual("on"u8);
        if (!on && !word.SequenceEqual("off"u8))
        {
            return Refuse(output, word, "'on' or 'off'");
        }

        output.WriteLine((offload ? stack.Card.SetOffload(on) : stack.Card.SetPromiscuous(on)) ? OnOrOff(on) : "this card can't"u8);
        return CommandResult.Done;
    }

    /// <summary>Sends so many of the shortest frames to all stations, numbered; waits for buffers, or sends those for which one is
    /// free.</summary>
    private CommandResult Send(ThreadContext context, NetworkStack stack, ReadOnlySpan<byte> word, ReadOnlySpan<byte> more,
        TextOutput output)
    {
        bool waits = more.SequenceEqual("wait"u8);
        if (!CommandArguments.TryParse(word, out ulong count))
        {
            return Refuse(output, word, "a number of frames");
        }

        if (!waits && !more.IsEmpty)
        {
            return Refuse(output, more, "'wait' or nothing");
        }

        EthernetFrame.WriteHeader(_frame, MacAddress.Broadcast, stack.HardwareAddress, (EtherType)ExperimentalType);
        ulong begun = _clock.Nanoseconds;
        ulong sent = 0;
        for (ulong i = 0; i < count; i++)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(_frame.AsSpan(EthernetFrame.HeaderLength), i);
            SendResult result = waits
                ? stack.Card.Send(context, _frame, TransmitChecksums.None, SendTimeout)
                : stack.Card.TrySend(_frame, TransmitChecksums.None);
            sent += result == SendResult.Sent ? 1UL : 0;
        }

        output.WriteLine($"sent {sent}, not sent {count - sent}, in {(_clock.Nanoseconds - begun) / NanosecondsPerMicrosecond} us");
        return CommandResult.Done;
    }
}
