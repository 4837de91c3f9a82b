using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Partitions;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;
using Reservoir.Volume;

namespace Reservoir.Shell.Commands;

/// <summary><c>disk</c>: which drives there are and what is on them; shows a block, changes the transfer mode, measures, tests.</summary>
public sealed class DiskCommand : ShellCommand
{
    private const ulong BytesPerMebibyte = 1 << 20;
    private const ulong LongestWait = 2 * Clock.NanosecondsPerSecond;
    private const string Verbs = "read, test, bench, dma or pio";
    private readonly IBlockStorage[] _disks;
    private readonly UnusedDrive[] _others;
    private readonly Clock _clock;
    private readonly PartitionList _partitions = new();
    private byte[] _block;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="disks">The disks; the first one is meant when none is named.</param>
    /// <param name="others">Drives that are listed and not used.</param>
    /// <param name="clock">The time.</param>
    public DiskCommand(IBlockStorage[] disks, UnusedDrive[] others, Clock clock)
        : base("disk", "disk [NAME] [read|test|bench|dma|pio ...]", "lists drives, reads, measures")
    {
        _disks = disks;
        _others = others;
        _clock = clock;
        _block = new byte[disks.Length == 0 ? 0 : disks[0].BlockSize];
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> verb = arguments.Next();
        IBlockStorage? named = Find(verb);
        IBlockStorage? disk = named ?? (_disks.Length != 0 ? _disks[0] : null);
        if (named is not null)
        {
            verb = arguments.Next();
        }

        if (verb.IsEmpty)
        {
            ListAll(context, named, output);
            return CommandResult.Done;
        }

        if (verb.SequenceEqual("read"u8))
        {
            return Read(context, disk, ref arguments, output);
        }

        if (verb.SequenceEqual("test"u8))
        {
            return Test(context, disk, ref arguments, output);
        }

        bool isBench = verb.SequenceEqual("bench"u8);
        bool isDma = verb.SequenceEqual("dma"u8);
        if (!isBench && !isDma && !verb.SequenceEqual("pio"u8))
        {
            return Refuse(output, verb, Verbs);
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (disk is null)
        {
            WriteNoDisk(output);
        }
        else if (isBench)
        {
            BlockStatus status = DiskBenchmark.Run(context, _clock, disk, LongestWait, output);
            if (status != BlockStatus.Ok)
            {
                output.WriteLine($"disk: {BlockStatusText.Describe(status)}");
            }
        }
        else
        {
            bool isChanged = disk.TrySetMode(isDma ? TransferMode.BusMaster : TransferMode.Programmed);
            output.Write($"{disk.Name}: ");
            output.WriteLine(isChanged ? ModeName(disk) : "disk or controller can't do DMA"u8);
        }

        return CommandResult.Done;
    }

    private static ReadOnlySpan<byte> ModeName(IBlockStorage disk) => disk.Mode == TransferMode.BusMaster ? "DMA"u8 : "PIO"u8;

    private static void WriteNoDisk(TextOutput output) => output.WriteLine("disk: there is no disk"u8);

    private IBlockStorage? Find(ReadOnlySpan<byte> name)
    {
        foreach (IBlockStorage disk in _disks)
        {
            if (AsciiName.Matches(disk.Name, name))
            {
                return disk;
            }
        }

        return null;
    }

    private void ListAll(ThreadContext context, IBlockStorage? named, TextOutput output)
    {
        if (_disks.Length == 0)
        {
            WriteNoDisk(output);
        }

        foreach (IBlockStorage disk in _disks)
        {
            if (named is null || named == disk)
            {
                Describe(context, disk, output);
            }
        }

        foreach (UnusedDrive drive in _others)
        {
            if (named is null)
            {
                output.WriteLine($"{drive.Name}: {drive.Model}, {drive.Kind}, left alone");
            }
        }
    }

    private void Describe(ThreadContext context, IBlockStorage disk, TextOutput output)
    {
        ulong mebibytes = disk.BlockCount / (BytesPerMebibyte / (ulong)disk.BlockSize);
        output.WriteLine(
            $"{disk.Name}: {disk.BlockCount} blocks of {disk.BlockSize} bytes, {mebibytes} MiB, {ModeName(disk)}, write cache " +
            $"{(disk.HasWriteCache ? "on" : "off")}");
        output.WriteLine(
            $"at most {disk.MaxBlocksPerRequest} blocks in each of {disk.MaxBuffersPerRequest} buffers in a request, from pool " +
            $"'{disk.Pool.Name}'");
        output.WriteLine(
            $"since boot: {disk.Retries} retries, {disk.Failures} failures, {disk.Timeouts} timeouts, {disk.LostInterrupts} " +
            $"lost interrupts");
        _partitions.Begin(output);
        output.WriteLine(PartitionList.Describe(PartitionScan.Run(context, disk, LongestWait, _partitions)));
    }

    private CommandResult Read(ThreadContext context, IBlockStorage? disk, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> number = arguments.Next();
        if (!CommandArguments.TryParse(number, out ulong block))
        {
            return Refuse(output, number, "the number of a block");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (disk is null)
        {
            WriteNoDisk(output);
        }
        else
        {
            Show(context, disk, block, output);
        }

        return CommandResult.Done;
    }

    private void Show(ThreadContext context, IBlockStorage disk, ulong block, TextOutput output)
    {
        if (block >= disk.BlockCount)
        {
            output.WriteLine($"disk: there is no block {block}; the last one is {disk.BlockCount - 1}");
            return;
        }

        BlockStatus status = new BlockAccess(context, disk, LongestWait).ReadBlock(block, 1, ref _block);
        if (status == BlockStatus.Ok)
        {
            HexDump.Write(output, _block);
        }
        else
        {
            output.WriteLine($"disk: block {block}: {BlockStatusText.Describe(status)}");
        }
    }

    private CommandResult Test(ThreadContext context, IBlockStorage? disk, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> firstWord = arguments.Next();
        if (!CommandArguments.TryParse(firstWord, out ulong first))
        {
            return Refuse(output, firstWord, "the number of the first block");
        }

        ReadOnlySpan<byte> countWord = arguments.Next();
        if (!CommandArguments.TryParse(countWord, out ulong count) || count == 0)
        {
            return Refuse(output, countWord, "how many blocks");
        }

        ReadOnlySpan<byte> consent = arguments.Next();
        if (!consent.SequenceEqual("yes"u8))
        {
            return Refuse(output, consent, "'yes': the test overwrites the blocks");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (disk is null)
        {
            WriteNoDisk(output);
        }
        else if (first >= disk.BlockCount || count > disk.BlockCount - first)
        {
            output.WriteLine($"disk: {BlockStatusText.Describe(BlockStatus.OutOfRange)}");
        }
        else
        {
            Test(context, disk, first, count, output);
        }

        return CommandResult.Done;
    }

    private void Test(ThreadContext context, IBlockStorage disk, ulong first, ulong count, TextOutput output)
    {
        DiskTest test = default;
        if (!test.Run(context, disk, first, count, _clock.Nanoseconds, LongestWait))
        {
            output.WriteLine($"disk: {RecordErrorText.Describe(RecordError.NoBuffer)}");
            return;
        }

        output.WriteLine($"{disk.Name}: {count} blocks tested, {test.ComparedBlocks} compared, {test.WrongBlocks} wrong");
        output.WriteLine(
            $"failed: {test.FailedWrites} writes, {test.FailedFlushes} flushes, {test.FailedReads} reads; {disk.Retries} " +
            $"retries since boot");
        if (test.LastFailure.Status != BlockStatus.Ok)
        {
            output.WriteLine($"the last failure, at block {test.LastFailure.Block}: {BlockStatusText.Describe(test.LastFailure.Status)}");
        }
    }
}
