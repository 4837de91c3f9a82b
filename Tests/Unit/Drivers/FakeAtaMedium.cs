using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>What an operation of a drive on its medium is.</summary>
internal enum MediumOperation
{
    Read,
    Write,
    Flush,
}

/// <summary>
/// A drive's blocks, made when they are written: a block that was not is filled with its own number. Bad blocks and operations that fail
/// are set by tests.
/// </summary>
internal sealed class FakeAtaMedium
{
    public const int BlockBytes = 512;
    private readonly Dictionary<ulong, byte[]> _blocks = new();
    private readonly int[] _operations = new int[3];

    /// <summary>Blocks that can't be read.</summary>
    public HashSet<ulong> Unreadable { get; } = new();

    /// <summary>Blocks that can't be written.</summary>
    public HashSet<ulong> Unwritable { get; } = new();

    /// <summary>Whether an operation fails, by its kind and its number from 1: one for each group of blocks that the drive moves.</summary>
    public Func<MediumOperation, int, bool> Fails { get; set; } = (_, _) => false;

    /// <summary>Operations that <see cref="Fails"/> has failed.</summary>
    public int Failed { get; private set; }

    public int CountOf(MediumOperation operation) => _operations[(int)operation];

    public byte[] Block(ulong number)
    {
        if (!_blocks.TryGetValue(number, out byte[]? block))
        {
            block = new byte[BlockBytes];
            MemoryMarshal.Cast<byte, ulong>(block.AsSpan()).Fill(number);
            _blocks[number] = block;
        }

        return block;
    }

    /// <summary>Begins an operation on some blocks.</summary>
    /// <returns>The first block that fails; null if all can be done.</returns>
    public ulong? Begin(MediumOperation operation, ulong first, int count)
    {
        if (Fails(operation, ++_operations[(int)operation]))
        {
            Failed++;
            return first;
        }

        HashSet<ulong> bad = operation == MediumOperation.Read ? Unreadable : Unwritable;
        for (ulong block = first; bad.Count != 0 && block < first + (ulong)count; block++)
        {
            if (bad.Contains(block))
            {
                return block;
            }
        }

        return null;
    }
}
