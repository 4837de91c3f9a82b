using System;
using Cosmos.Core.Runtime;

namespace Reservoir.Lab.Demo;

/// <summary>
/// Work for the shell's scratch arena: fills it with objects to the last byte, and finds each as it was made. On the shell's thread only,
/// between commands' own objects.
/// </summary>
internal sealed class ScratchLoad
{
    private const int DataBytes = 1000;
    private const nuint BlockRoom = 2048;
    private const nuint SmallestObject = 24;

    private Block? _blocks;
    private object? _last;

    /// <summary>Fills what is left of the arena.</summary>
    /// <returns>Whether not even the smallest object fits any more.</returns>
    public bool Fill()
    {
        byte value = 0;
        while (ManagedHeap.ScratchFree >= BlockRoom)
        {
            byte[] data = new byte[DataBytes];
            data.AsSpan().Fill(++value);
            _blocks = new Block(_blocks, data, value);
        }

        while (ManagedHeap.ScratchFree >= SmallestObject)
        {
            _last = new object();
        }

        return _blocks is not null && ManagedHeap.ScratchFree < SmallestObject;
    }

    /// <summary>Whether everything is as it was made.</summary>
    public bool IsIntact()
    {
        for (Block? block = _blocks; block is not null; block = block.Next)
        {
            if (block.Data.Length != DataBytes || block.Data.AsSpan().IndexOfAnyExcept(block.Value) >= 0)
            {
                return false;
            }
        }

        return _last is not null;
    }

    /// <summary>Forgets everything and empties the arena.</summary>
    public void Empty()
    {
        _blocks = null;
        _last = null;
        ManagedHeap.ResetScratch();
    }

    /// <summary>An object with data, in a chain.</summary>
    private sealed class Block(Block? next, byte[] data, byte value)
    {
        public Block? Next { get; } = next;

        public byte[] Data { get; } = data;

        public byte Value { get; } = value;
    }
}
