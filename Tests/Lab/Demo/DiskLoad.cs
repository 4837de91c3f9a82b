using System;
using System.Buffers.Binary;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Lab.Demo;

/// <summary>
/// Work for a disk: writes a pattern, reads it back and compares, request after request, each with one buffer of the disk's pool, for which
/// it waits as long as it takes.
/// </summary>
/// <remarks>Each block begins with its own number and the run's, and each further word depends on both, so neither a stale nor a misplaced
/// block passes. It sleeps except during a run.</remarks>
[AllocationFree]
public sealed class DiskLoad : ParkedWorker
{
    /// <summary>Blocks in a request.</summary>
    public const int RequestBlocks = 8;

    /// <summary>Different places that the requests go to, one after the other.</summary>
    public const int Places = 16;

    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    private readonly IBlockStorage _disk;
    private ulong _first;
    private int _count;
    private ulong _run;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="scheduler">Whose thread will run it.</param>
    /// <param name="disk">The disk.</param>
    public DiskLoad(Scheduler scheduler, IBlockStorage disk)
        : base(scheduler, "disk load")
    {
        _disk = disk;
    }

    /// <summary>Requests that were written, read back and found right in this run.</summary>
    public ulong Verified { get; private set; }

    /// <summary>Requests that were not: no buffer, an error of the disk, or wrong data.</summary>
    public ulong Failed { get; private set; }

    /// <summary>Begins a run. Thread context, not while one is under way.</summary>
    /// <param name="first">The first of <see cref="Places"/> times <see cref="RequestBlocks"/> blocks, whose content is lost.</param>
    /// <param name="count">How many requests, each a write and a read.</param>
    public void Begin(ulong first, int count)
    {
        _first = first;
        _count = count;
        _run++;
        Verified = 0;
        Failed = 0;
        Start();
    }

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
        for (int i = 0; i < _count; i++)
        {
            bool isRight = TryRequest(context, _first + (ulong)(i % Places * RequestBlocks), _run << 16 | (uint)i);
            Verified += isRight ? 1u : 0u;
            Failed += isRight ? 0u : 1u;
        }
    }

    private bool TryRequest(ThreadContext context, ulong block, ulong secret)
    {
        RentResult rental = _disk.Pool.Rent(context);
        if (!rental.Succeeded)
        {
            return false;
        }

        int bytes = RequestBlocks * _disk.BlockSize;
        Fill(_disk.Pool.GetSpan(rental.Buffer).Slice(0, bytes), block, secret);
        bool isRight = _disk.Write(context, block, RequestBlocks, rental.Buffer) == BlockStatus.Ok;
        if (isRight)
        {
            _disk.Pool.GetSpan(rental.Buffer).Slice(0, bytes).Clear();
            isRight = _disk.Read(context, block, RequestBlocks, rental.Buffer) == BlockStatus.Ok
                && IsFilled(_disk.Pool.GetSpan(rental.Buffer).Slice(0, bytes), block, secret);
        }

        _disk.Pool.Return(rental.Buffer);
        return isRight;
    }

    private void Fill(Span<byte> data, ulong block, ulong secret)
    {
        for (int at = 0; at < data.Length; at += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.Slice(at), Word(block, secret, at));
        }
    }

    private bool IsFilled(ReadOnlySpan<byte> data, ulong block, ulong secret)
    {
        for (int at = 0; at < data.Length; at += sizeof(ulong))
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(data.Slice(at)) != Word(block, secret, at))
            {
                return false;
            }
        }

        return true;
    }

    private ulong Word(ulong block, ulong secret, int at)
    {
        ulong number = block + (uint)(at / _disk.BlockSize);
        return at % _disk.BlockSize == 0 ? number : (number ^ secret) * Multiplier + (uint)at;
    }
}
