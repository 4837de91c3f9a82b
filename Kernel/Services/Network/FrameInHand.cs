using System;
using Reservoir.Pools;

namespace Reservoir.Network;

/// <summary>
/// The frame that the protocol thread is dealing with, for a service that keeps its buffer instead of copying the datagram in it.
/// </summary>
/// <remarks>
/// Keeping spares a copy, and ties the network's memory to whatever the service waits for: see docs/starvation.md. With a pool of its own a
/// service has no use for it. Protocol thread only.
/// </remarks>
public sealed class FrameInHand
{
    private BufferHandle _buffer;

    /// <summary>Makes it for frames from a pool. Boot context.</summary>
    /// <param name="pool">The pool.</param>
    public FrameInHand(BufferPool pool)
    {
        Pool = pool;
    }

    /// <summary>The pool of the frame's buffer.</summary>
    public BufferPool Pool { get; }

    /// <summary>Whether a service has kept the frame that was taken last.</summary>
    public bool IsKept => _buffer.Word == 0;

    /// <summary>Keeps the frame's buffer: it is the caller's now, who returns it.</summary>
    /// <param name="data">Some of its content: data that lie elsewhere, because they were put together from several frames, can't be
    /// kept.</param>
    /// <param name="buffer">The buffer.</param>
    /// <returns>False if the data are not in it.</returns>
    public bool TryKeep(ReadOnlySpan<byte> data, out BufferHandle buffer)
    {
        buffer = default;
        if (!Pool.GetSpan(_buffer).Overlaps(data))
        {
            return false;
        }

        buffer = _buffer;
        _buffer = default;
        return true;
    }

    internal void Take(BufferHandle buffer) => _buffer = buffer;
}
