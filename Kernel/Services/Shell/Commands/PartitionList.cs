using System;
using Cosmos.Common;
using Reservoir.Partitions;

namespace Reservoir.Shell.Commands;

/// <summary>Writes partitions to a screen, a line each. Thread context.</summary>
[AllocationFree]
internal sealed class PartitionList : PartitionSink
{
    private const ulong BlocksPerMebibyte = 2048;
    private const ulong LinuxLow = 0x477284830FC63DAF;
    private const ulong LinuxHigh = 0xE47D47D8693D798E;
    private const ulong SystemLow = 0x11D2F81FC12A7328;
    private const ulong SystemHigh = 0x3BC93EC9A0004BBA;
    private const ulong BasicDataLow = 0x4433B9E5EBD0A0A2;
    private const ulong BasicDataHigh = 0xC79926B7B668C087;
    private const ulong BootLow = 0x6E6F644921686148;
    private const ulong BootHigh = 0x4946456465654E74;
    private const ulong SwapLow = 0x43C4A4AB0657FD6D;
    private const ulong SwapHigh = 0x4F4F4B4909CBE584;

    private TextOutput _output = null!;

    /// <summary>Begins a list. Once for each, since a command allocates nothing.</summary>
    /// <param name="output">Where it goes.</param>
    public void Begin(TextOutput output) => _output = output;

    /// <summary>What to call the state of a table on a screen, in UTF-8.</summary>
    /// <param name="state">The state.</param>
    public static ReadOnlySpan<byte> Describe(PartitionTableState state) => state switch
    {
        PartitionTableState.None => "no partition table"u8,
        PartitionTableState.Mbr => "partition table: MBR"u8,
        PartitionTableState.MbrBroken => "partition table: MBR, the chain of logical partitions is broken"u8,
        PartitionTableState.Gpt => "partition table: GPT"u8,
        PartitionTableState.GptFromBackup => "partition table: GPT, the first copy is damaged, this is the second"u8,
        PartitionTableState.GptDamaged => "partition table: GPT, both copies are damaged"u8,
        PartitionTableState.Unreadable => "partition table: can't be read"u8,
        _ => "partition table: no disk buffer became free in time"u8,
    };

    /// <inheritdoc/>
    public override void Add(in Partition partition, ReadOnlySpan<char> name)
    {
        _output.Write(
            $"  {partition.Number}: from {partition.FirstBlock}, {partition.BlockCount} blocks, " +
            $"{partition.BlockCount / BlocksPerMebibyte} MiB, ");
        _output.Write(TypeName(partition));
        if (partition.Type != 0)
        {
            _output.Write($" ({partition.Type:X2})");
        }

        if (!name.IsEmpty)
        {
            _output.Write(" '"u8);
            WriteName(name);
            _output.Write("'"u8);
        }

        _output.WriteLine(partition.IsInside ? ""u8 : ", NOT ALL ON THE DISK"u8);
    }

    private static ReadOnlySpan<byte> TypeName(in Partition partition) =>
        partition.Type == 0 ? GptTypeName(partition.TypeLow, partition.TypeHigh) : partition.Type switch
        {
            0x01 or 0x04 or 0x06 or 0x0B or 0x0C or 0x0E => "FAT"u8,
            0x05 or 0x0F or 0x85 => "extended"u8,
            0x07 => "NTFS or exFAT"u8,
            0x82 => "Linux swap"u8,
            0x83 => "Linux"u8,
            0x8E => "Linux LVM"u8,
            0xEF => "EFI system"u8,
            _ => "other"u8,
        };

    private static ReadOnlySpan<byte> GptTypeName(ulong low, ulong high) => (low, high) switch
    {
        (LinuxLow, LinuxHigh) => "Linux"u8,
        (SystemLow, SystemHigh) => "EFI system"u8,
        (BasicDataLow, BasicDataHigh) => "basic data"u8,
        (BootLow, BootHigh) => "BIOS boot"u8,
        (SwapLow, SwapHigh) => "Linux swap"u8,
        _ => "other"u8,
    };

    /// <summary>A name can hold anything; only what is harmless on every terminal is shown as it is.</summary>
    private void WriteName(ReadOnlySpan<char> name)
    {
        Span<byte> text = stackalloc byte[name.Length];
        for (int i = 0; i < name.Length; i++)
        {
            text[i] = name[i] is >= ' ' and <= '~' ? (byte)name[i] : (byte)'?';
        }

        _output.Write(text);
    }
}
