using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Devices;

/// <summary>
/// A device of numbered blocks, as services see it. Data goes through buffers of the device's own pool: the caller rents one there (and waits if the pool is
/// empty), fills or reads it, and returns it. Thread context.
/// </summary>
[AllocationFree]
public interface IBlockStorage
{
    /// <summary>Its name: <c>ata0</c>.</summary>
    string Name { get; }

    /// <summary>How many blocks it has.</summary>
    ulong BlockCount { get; }

    /// <summary>Bytes in a block.</summary>
    int BlockSize { get; }

    /// <summary>The most blocks in one request.</summary>
    int MaxBlocksPerRequest { get; }

    /// <summary>Where its buffers come from.</summary>
    BlockingPool Pool { get; }

    /// <summary>Reads blocks into a buffer. Returns when they are there.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="firstBlock">The first block.</param>
    /// <param name="blockCount">How many, at least 1.</param>
    /// <param name="into">A rented buffer of <see cref="Pool"/>, large enough.</param>
    BlockStatus Read(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle into);

    /// <summary>Writes blocks from a buffer. Returns when the device has them, perhaps in its cache.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="firstBlock">The first block.</param>
    /// <param name="blockCount">How many, at least 1.</param>
    /// <param name="from">A rented buffer of <see cref="Pool"/>.</param>
    BlockStatus Write(ThreadContext context, ulong firstBlock, int blockCount, BufferHandle from);

    /// <summary>Returns when everything written so far is on the medium.</summary>
    /// <param name="context">The caller's right to wait.</param>
    BlockStatus Flush(ThreadContext context);
}
