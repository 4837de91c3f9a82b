using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Storage;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Shell.Commands;

/// <summary><c>disk</c>: what the disk is; shows one of its blocks.</summary>
public sealed class DiskCommand : ShellCommand
{
    private const ulong BytesPerMebibyte = 1 << 20;
    private const ulong LongestWait = 2 * Clock.NanosecondsPerSecond;
    private readonly IBlockStorage? _disk;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="disk">The disk; null if there is none.</param>
    public DiskCommand(IBlockStorage? disk)
        : base("disk", "disk [read BLOCK]", "describes the disk, or shows a block")
    {
        _disk = disk;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> verb = arguments.Next();
        ReadOnlySpan<byte> number = arguments.Next();
        if (!verb.IsEmpty && !verb.SequenceEqual("read"u8))
        {
            return Refuse(output, verb, "'read'");
        }

        ulong block = 0;
        if (!verb.IsEmpty && !CommandArguments.TryParse(number, out block))
        {
            return Refuse(output, number, "the number of a block");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (_disk is null)
        {
            output.WriteLine("disk: there is no disk"u8);
        }
        else if (verb.IsEmpty)
        {
            Describe(_disk, output);
        }
        else
        {
            Show(context, _disk, block, output);
        }

        return CommandResult.Done;
    }

    private static void Describe(IBlockStorage disk, TextOutput output)
    {
        ulong mebibytes = disk.BlockCount / (BytesPerMebibyte / (ulong)disk.BlockSize);
        output.WriteLine($"{disk.Name}: {disk.BlockCount} blocks of {disk.BlockSize} bytes, {mebibytes} MiB");
        output.WriteLine($"at most {disk.MaxBlocksPerRequest} blocks in a request, buffers from pool '{disk.Pool.Name}'");
    }

    private static void Show(ThreadContext context, IBlockStorage disk, ulong block, TextOutput output)
    {
        if (block >= disk.BlockCount)
        {
            output.WriteLine($"disk: there is no block {block}; the last one is {disk.BlockCount - 1}");
            return;
        }

        RentResult rental = disk.Pool.TryRent(context, LongestWait);
        if (!rental.Succeeded)
        {
            output.WriteLine($"disk: {RecordErrorText.Describe(RecordError.NoBuffer)}");
            return;
        }

        BlockStatus status = disk.Read(context, block, 1, rental.Buffer);
        if (status == BlockStatus.Ok)
        {
            HexDump.Write(output, disk.Pool.GetSpan(rental.Buffer).Slice(0, disk.BlockSize));
        }
        else
        {
            output.WriteLine($"disk: block {block}: {RecordErrorText.Describe(status)}");
        }

        disk.Pool.Return(rental.Buffer);
    }
}
