using System;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Benchmarks.Latency;

/// <summary>Reads a disk over and over, in requests as large as its buffer.</summary>
public sealed class DiskLoad : ParkedWorker
{
    private readonly IBlockStorage _disk;

    internal DiskLoad(Scheduler scheduler, IBlockStorage disk)
        : base(scheduler, "latency disk")
    {
        _disk = disk;
    }

    /// <summary>Requests done.</summary>
    internal ulong Reads { get; private set; }

    /// <summary>What ended it; <see cref="BlockStatus.Ok"/> while it goes on.</summary>
    internal BlockStatus Status { get; private set; }

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
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

    internal void Begin() => Start();
}
