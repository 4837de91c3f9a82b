using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Reservoir.Tests.Machine;

/// <summary>
/// The log that QEMU's block driver <c>blklogwrites</c> keeps of a disk: every write and flush in order. The format is that of Linux'
/// dm-log-writes: a superblock, then for each request one
/// sector that describes it and the sectors that were written. Integers are little-endian.
/// </summary>
internal sealed class WriteLog
{
    public const int SectorBytes = 512;
    private const ulong Magic = 0x6A736677736872;
    private const ulong FlushFlag = 1;
    private const ulong FuaFlag = 2;
    private readonly List<Entry> _entries = [];

    private WriteLog()
    {
    }

    /// <summary>Requests in the log.</summary>
    public int Count => _entries.Count;

    /// <summary>Flushes in the log.</summary>
    public int Flushes => _entries.Count(entry => entry.IsFlush);

    /// <summary>How many requests the superblock speaks of; QEMU brings it up to date before it lets a flush succeed.</summary>
    public static int CountNow(string path)
    {
        using FileStream file = Open(path);
        byte[] super = new byte[SectorBytes];
        file.ReadExactly(super);
        return ReadCount(super);
    }

    /// <summary>Reads a log.</summary>
    public static WriteLog Read(string path)
    {
        var log = new WriteLog();
        using FileStream file = Open(path);
        byte[] sector = new byte[SectorBytes];
        file.ReadExactly(sector);
        int count = ReadCount(sector);
        for (int i = 0; i < count; i++)
        {
            file.ReadExactly(sector);
            ulong first = BinaryPrimitives.ReadUInt64LittleEndian(sector);
            ulong sectors = BinaryPrimitives.ReadUInt64LittleEndian(sector.AsSpan(8));
            ulong flags = BinaryPrimitives.ReadUInt64LittleEndian(sector.AsSpan(16));
            if ((flags & ~(FlushFlag | FuaFlag)) != 0)
            {
                throw new InvalidDataException($"request {i} of the log has the flags {flags:X}: neither a write nor a flush");
            }

            byte[] data = new byte[sectors * SectorBytes];
            file.ReadExactly(data);
            log._entries.Add(new Entry((int)first, data, (flags & (FlushFlag | FuaFlag)) != 0));
        }

        return log;
    }

    /// <summary>
    /// What a power cut behind each of some requests leaves: everything up to the last flush, and of the sectors written since those that
    /// luck keeps, as a whole or up to some byte.
    /// </summary>
    /// <param name="image">The disk before the first request.</param>
    /// <param name="points">How many requests each cut comes behind, ascending.</param>
    /// <param name="luck">Decides.</param>
    public IEnumerable<(int Point, byte[] Image)> Replay(byte[] image, IEnumerable<int> points, Random luck)
    {
        byte[] durable = (byte[])image.Clone();
        int flushed = 0;
        foreach (int point in points)
        {
            int lastFlush = _entries.FindLastIndex(point - 1, point, entry => entry.IsFlush);
            for (; flushed <= lastFlush; flushed++)
            {
                _entries[flushed].Data.CopyTo(durable, _entries[flushed].First * SectorBytes);
            }

            byte[] cut = (byte[])durable.Clone();
            for (int i = flushed; i < point; i++)
            {
                Tear(_entries[i], cut, luck);
            }

            yield return (point, cut);
        }
    }

    private static void Tear(Entry entry, byte[] image, Random luck)
    {
        for (int offset = 0; offset < entry.Data.Length; offset += SectorBytes)
        {
            int fate = luck.Next(5);
            int kept = fate < 2 ? 0 : fate < 4 ? SectorBytes : luck.Next(SectorBytes);
            entry.Data.AsSpan(offset, kept).CopyTo(image.AsSpan(entry.First * SectorBytes + offset));
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

    private static int ReadCount(byte[] super)
    {
        ulong magic = BinaryPrimitives.ReadUInt64LittleEndian(super);
        ulong version = BinaryPrimitives.ReadUInt64LittleEndian(super.AsSpan(8));
        uint sectorBytes = BinaryPrimitives.ReadUInt32LittleEndian(super.AsSpan(24));
        if (magic != Magic || version != 1 || sectorBytes != SectorBytes)
        {
            throw new InvalidDataException($"not a log of writes: magic {magic:X}, version {version}, {sectorBytes} bytes in a sector");
        }

        return (int)BinaryPrimitives.ReadUInt64LittleEndian(super.AsSpan(16));
    }

    private sealed record Entry(int First, byte[] Data, bool IsFlush);
}
