using System;
using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Devices;

/// <summary>
/// A device of numbered blocks, as services see it: the kernel's one block device. Data goes through buffers of the device's own pool: the
/// caller rents one there (and waits if the pool is empty), fills or reads it, and returns it. Thread context.
/// </summary>
/// <remarks>
/// <para>A request with several buffers is scatter-gather: one command to the device where the controller moves the data, whatever the
/// number of buffers. Each buffer but the last is used whole. Where the processor moves the data each buffer is a command.</para>
/// <para>Drivers implement it; Cosmos' own shapes are views of it: <see cref="BlockAccess"/> has the members that move data.</para>
/// </remarks>
[AllocationFree]
public interface IBlockStorage
{
    /// <summary>Its name: <c>ata0</c>.</summary>
    string Name { get; }

    /// <summary>How many blocks it has.</summary>
    ulong BlockCount { get; }

    /// <summary>Bytes in a block.</summary>
    int BlockSize { get; }

    /// <summary>The most blocks in a request with one buffer.</summary>
    int MaxBlocksPerRequest { get; }

    /// <summary>The most buffers in one request.</summary>
    int MaxBuffersPerRequest { get; }

    /// <summary>Who moves its data now.</summary>
    TransferMode Mode { get; }

    /// <summary>Requests that it gave up. Any context.</summary>
    ulong Failures { get; }

    /// <summary>Repeated attempts at requests that had failed. Any context.</summary>
    ulong Retries { get; }

    /// <summary>Commands that it did not answer in time. Any context.</summary>
    ulong Timeouts { get; }

    /// <summary>Commands that it finished without an interrupt. Any context.</summary>
    ulong LostInterrupts { get; }

    /// <summary>Whether it keeps written blocks in a cache until they are flushed.</summary>
    bool HasWriteCache { get; }

    /// <summary>The pool of its buffers.</summary>
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

    /// <summary>Reads blocks into several buffers, one after the other; each but the last is filled. Returns when they are there.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="firstBlock">The first block.</param>
    /// <param name="blockCount">How many: as many as fit, and so many that the last buffer is needed.</param>
    /// <param name="into">Rented buffers of <see cref="Pool"/>, 1 to <see cref="MaxBuffersPerRequest"/>.</param>
    BlockResult Read(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> into);

    /// <summary>Writes blocks from several buffers, one after the other; all of each but the last. Returns when the device has them,
    /// perhaps in its cache.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="firstBlock">The first block.</param>
    /// <param name="blockCount">How many: as many as fit, and so many that the last buffer is needed.</param>
    /// <param name="from">Rented buffers of <see cref="Pool"/>, 1 to <see cref="MaxBuffersPerRequest"/>.</param>
    BlockResult Write(ThreadContext context, ulong firstBlock, int blockCount, ReadOnlySpan<BufferHandle> from);

    /// <summary>Changes who moves its data, from the next request on. Any context.</summary>
    /// <param name="mode">Who.</param>
    /// <returns>False if device or controller can't; nothing has changed then.</returns>
    bool TrySetMode(TransferMode mode);

    /// <summary>Returns when everything written so far is on the medium.</summary>
    /// <param name="context">The caller's right to wait.</param>
    BlockStatus Flush(ThreadContext context);
}
