using System;
using Cosmos.Common;
using Reservoir.Console;
using Reservoir.Devices;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.Threads;
using Reservoir.Time;
using Reservoir.Volume;

namespace Reservoir.Shell.Commands;

/// <summary><c>record</c>: what the recorder has done and has on disk; makes a disk its own.</summary>
public sealed class RecordCommand : ShellCommand
{
    private const int ListedAtOnce = 20;
    private const int ListedData = 20;
    private const int TextWidth = 76;
    private const ulong LongestWait = 2 * Clock.NanosecondsPerSecond;
    private readonly RecorderService _service;
    private readonly RecorderThread _recorder;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="service">The recorder's end at the wire.</param>
    /// <param name="recorder">Its end at the disk.</param>
    public RecordCommand(RecorderService service, RecorderThread recorder)
        : base("record", "record [list [FROM]|show N|format yes]", "counters; records; claims a disk")
    {
        _service = service;
        _recorder = recorder;
    }

    private RecordVolume Volume => _recorder.Volume;

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> verb = arguments.Next();
        ReadOnlySpan<byte> word = arguments.Next();
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (verb.IsEmpty)
        {
            WriteSummary(output);
            return CommandResult.Done;
        }

        if (verb.SequenceEqual("format"u8))
        {
            return Format(context, word, output);
        }

        bool list = verb.SequenceEqual("list"u8);
        if (!list && !verb.SequenceEqual("show"u8))
        {
            return Refuse(output, verb, "'list', 'show' or 'format'");
        }

        ulong sequence = FirstListed();
        if (!(list && word.IsEmpty) && !CommandArguments.TryParse(word, out sequence))
        {
            return Refuse(output, word, "the number of a record");
        }

        WithBuffer(context, list, sequence, output);
        return CommandResult.Done;
    }

    private ulong FirstListed() => Volume.Records > ListedAtOnce ? Volume.Newest - ListedAtOnce + 1 : Volume.Oldest;

    private void WriteSummary(TextOutput output)
    {
        if (Volume.Storage is null)
        {
            output.WriteLine("there is no disk"u8);
        }
        else
        {
            WriteVolume(Volume.Storage.Name, output);
        }

        RecorderNumbers now = _recorder.TakeNumbers(_service);
        output.WriteLine($"datagrams seen {now.Seen} = accepted {now.Accepted} + refused {now.Refused}");
        output.WriteLine($"refused:  pool empty {now.RefusedPoolEmpty}, queue full {now.RefusedQueueFull}");
        output.Write($"accepted: recorded {now.Recorded}, waiting {now.Waiting}, ");
        output.WriteLine($"no volume {now.RefusedNotReady}, failed {now.Failed}");
        output.WriteLine($"recorded: acknowledged {now.Acknowledged}, not acknowledged {now.Unacknowledged}");
        output.WriteLine(
            $"batches {_recorder.Batches}, tried again {_recorder.Retries}; last error of the disk: " +
            $"{BlockStatusText.Describe(Volume.LastStatus)}");
    }

    private void WriteVolume(string name, TextOutput output)
    {
        output.WriteLine(
            $"{name} {VolumeStateText.Describe(Volume.State)}: {Volume.Records} records, room for " +
            $"{Volume.Capacity - Math.Min(Volume.Records, Volume.Capacity)} more");
        if (Volume.Records != 0)
        {
            output.WriteLine($"oldest {Volume.Oldest}, newest {Volume.Newest}, full {Volume.Wraps} times, overwritten {Volume.Oldest - 1}");
        }

        for (int i = 0; i < Volume.BadSlots.Count; i++)
        {
            output.WriteLine(
                $"slot {Volume.BadSlots[i]} (block {VolumeLayout.FirstBlockOf(Volume.BadSlots[i])}) can't be written and is passed over");
        }
    }

    private CommandResult Format(ThreadContext context, ReadOnlySpan<byte> word, TextOutput output)
    {
        if (!word.SequenceEqual("yes"u8))
        {
            output.WriteLine("this destroys what is on the disk"u8);
            return Refuse(output, word, "the word 'yes'");
        }

        VolumeState state = Volume.Format(context);
        if (state == VolumeState.Ready)
        {
            output.WriteLine($"{Volume.Storage!.Name} is formatted: room for {Volume.Capacity} records");
        }
        else
        {
            output.WriteLine($"record: not formatted: the disk {VolumeStateText.Describe(state)}");
        }

        return CommandResult.Done;
    }

    private void WithBuffer(ThreadContext context, bool list, ulong sequence, TextOutput output)
    {
        if (Volume.Storage is null || !Volume.HasRecords)
        {
            output.WriteLine($"record: the disk {VolumeStateText.Describe(Volume.State)}");
            return;
        }

        RentResult rental = Volume.Storage.Pool.TryRent(context, LongestWait);
        if (!rental.Succeeded)
        {
            output.WriteLine($"record: {RecordErrorText.Describe(RecordError.NoBuffer)}");
            return;
        }

        if (list)
        {
            List(context, sequence, rental.Buffer, output);
        }
        else
        {
            Show(context, sequence, rental.Buffer, output);
        }

        Volume.Storage.Pool.Return(rental.Buffer);
    }

    private void List(ThreadContext context, ulong first, BufferHandle buffer, TextOutput output)
    {
        ulong last = Volume.Newest;
        if (first == 0 || first > last)
        {
            output.WriteLine(last == 0 ? "there are no records"u8 : "there is no such record"u8);
            return;
        }

        first = Math.Max(first, Volume.Oldest);

        output.WriteLine("  number        seconds  from                   bytes  data"u8);
        ulong end = Math.Min(last, last - first < ListedAtOnce ? last : first + ListedAtOnce - 1);
        for (ulong sequence = first; sequence <= end; sequence++)
        {
            if (TryRead(context, sequence, buffer, out RecordHeader header, output))
            {
                WriteLine(in header, Payload(in header, buffer), output);
            }
        }

        if (end < last)
        {
            output.WriteLine($"{last - end} more: 'record list {end + 1}'");
        }
    }

    private void Show(ThreadContext context, ulong sequence, BufferHandle buffer, TextOutput output)
    {
        if (!TryRead(context, sequence, buffer, out RecordHeader header, output))
        {
            return;
        }

        Span<byte> scratch = stackalloc byte[TimeText.MaximumLength];
        Span<byte> address = stackalloc byte[Ipv4Address.MaximumTextLength];
        ReadOnlySpan<byte> payload = Payload(in header, buffer);
        output.WriteLine(
            $"record {header.Sequence}: {header.PayloadLength} bytes from " +
            $"{address.Slice(0, new Ipv4Address(header.Origin.SourceAddress).Format(address))}:{header.Origin.SourcePort}");
        output.WriteLine(
            $"taken {TimeText.Seconds(header.Origin.Nanoseconds, scratch)} s after boot, in block " +
            $"{Volume.FirstBlockOf(sequence)}, checksum {header.Checksum:X8}");
        EscapedText.WriteWrapped(output, payload, TextWidth);
        output.WriteLine();
        HexDump.Write(output, payload);
    }

    private bool TryRead(ThreadContext context, ulong sequence, BufferHandle buffer, out RecordHeader header, TextOutput output)
    {
        RecordError error = Volume.Read(context, sequence, buffer, out header);
        if (error == RecordError.None)
        {
            return true;
        }

        ReadOnlySpan<byte> reason = error == RecordError.DeviceError
            ? BlockStatusText.Describe(Volume.LastStatus) : RecordErrorText.Describe(error);
        output.WriteLine($"record {sequence}: {reason}");
        return false;
    }

    private ReadOnlySpan<byte> Payload(in RecordHeader header, BufferHandle buffer) =>
        Volume.Storage!.Pool.GetSpan(buffer).Slice(RecordHeader.Length, header.PayloadLength);

    private static void WriteLine(in RecordHeader header, ReadOnlySpan<byte> payload, TextOutput output)
    {
        Span<byte> scratch = stackalloc byte[TimeText.MaximumLength];
        Span<byte> address = stackalloc byte[Ipv4Address.MaximumTextLength];
        output.Write($"{header.Sequence,8} {TimeText.Seconds(header.Origin.Nanoseconds, scratch),14}  ");
        output.Write(
            $"{address.Slice(0, new Ipv4Address(header.Origin.SourceAddress).Format(address)),15}:{header.Origin.SourcePort,-5} " +
            $" {header.PayloadLength,5}  ");
        Span<byte> shown = stackalloc byte[ListedData];
        int length = Math.Min(payload.Length, ListedData);
        for (int i = 0; i < length; i++)
        {
            shown[i] = payload[i] is >= 0x20 and < 0x7F ? payload[i] : (byte)'.';
        }

        output.WriteLine(shown.Slice(0, length));
    }
}
