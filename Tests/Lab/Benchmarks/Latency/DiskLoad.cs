using System;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Benchmarks.Latency;

/// <summary>Reads a disk over and over, in requests as large as its buffer.</summary>
public sealed class DiskLoad : ThreadBody
{
    private readonly IBlockStorage _disk;
    private readonly Semaphore _go;

    internal DiskLoad(Scheduler scheduler, IBlockStorage disk)
    {
        _disk = disk;
        _go = new Semaphore(scheduler, "latency disk", 0, 1);
    }

    /// <summary>Requests done.</summary>
    internal ulong Reads { get; private set; }

    /// <summary>What ended it; <see cref="BlockStatus.Ok"/> while it goes on.</summary>
    internal BlockStatus Status { get; private set; }

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        _go.Wait(context);
        RentResult rental = _disk.Pool.TryRent(context, Clock.NanosecondsPerSecond);
        if (!rental.Succeeded)
        {
            Status = BlockStatus.BufferRefused;
            return;
        }

        int blocks = Math.Min(_disk.MaxBlocksPerRequest, _disk.Pool.BufferSize / _disk.BlockSize);
        ulong at = 0;
        while (Status == BlockStatus.Ok)
        {
            Status = _disk.Read(context, at, blocks, rental.Buffer);
            Reads++;
            at = _disk.BlockCount - at < 2 * (uint)blocks ? 0 : at + (uint)blocks;
        }

        _disk.Pool.Return(rental.Buffer);
    }

    internal void Begin() => _go.Release();
}
