using System;
using System.Buffers.Binary;
using Cosmos.Common;
using Reservoir.Pools;

namespace Reservoir.Lab.Storms;

/// <summary>
/// One of those who storm the pools: the buffers it has, each marked as its own from end to end, and the first thing that it found wrong. A
/// buffer that has two owners shows it by the other's mark.
/// </summary>
[AllocationFree]
internal sealed class StormRenter
{
    private const int MostBuffers = 8;
    private const int MarkBytes = sizeof(ulong);

    private readonly PoolRegistry _pools;
    private readonly Rental[] _rentals = new Rental[MostBuffers];
    private readonly ulong _secret;
    private RandomSequence _random;

    public StormRenter(PoolRegistry pools, uint seed)
    {
        _pools = pools;
        _random = new RandomSequence(seed);
        _secret = seed * 0x9E3779B97F4A7C15;
    }

    /// <summary>How many buffers it has.</summary>
    public int Count { get; private set; }

    /// <summary>How many times it has rented, returned, posted or been refused.</summary>
    public ulong Operations { get; private set; }

    /// <summary>The first mistake of a pool; null if none was seen.</summary>
    public string? Mistake { get; private set; }

    /// <summary>Whether it can take one more.</summary>
    public bool HasRoom => Count < MostBuffers;

    /// <summary>Forgets what it has: somebody else has taken it back.</summary>
    public void Forget() => Count = 0;

    /// <summary>The next number of its own sequence, below a limit.</summary>
    public int Next(int limit) => _random.Next(limit);

    /// <summary>Any pool.</summary>
    public BufferPool NextPool() => _pools.GetPool(Next(_pools.PoolCount));

    /// <summary>Keeps what it was given, if it was.</summary>
    public void Keep(BufferPool pool, RentResult rented)
    {
        Operations++;
        if (!rented.Succeeded)
        {
            return;
        }

        Span<byte> payload = pool.GetSpan(rented.Buffer);
        if (payload.Length != pool.BufferSize)
        {
            Report("a buffer that was just rented has no payload");
            return;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(payload, rented.Buffer.Word ^ _secret);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.Slice(payload.Length - MarkBytes), rented.Buffer.Word ^ _secret);
        _rentals[Count++] = new Rental(pool, rented.Buffer);
    }

    /// <summary>Returns one of its buffers, and then tries to return it once more.</summary>
    public void ReturnOne()
    {
        if (Count == 0)
        {
            return;
        }

        int index = Next(Count);
        BufferPool pool = _rentals[index].Pool;
        BufferHandle buffer = _rentals[index].Buffer;
        _rentals[index] = _rentals[--Count];
        Operations += 2;
        if (!HasMarks(pool.GetSpan(buffer), buffer.Word))
        {
            Report("a buffer has had two owners");
        }

        if (pool.Return(buffer) != ReturnError.None)
        {
            Report("the return of a rented buffer was refused");
        }

        if (pool.Return(buffer) != ReturnError.StaleHandle)
        {
            Report("the second return of a buffer was not refused");
        }
    }

    /// <summary>Lends one of its buffers to a device that does nothing, and takes it back.</summary>
    public void PostOne()
    {
        if (Count == 0)
        {
            return;
        }

        int index = Next(Count);
        BufferPool pool = _rentals[index].Pool;
        BufferHandle buffer = _rentals[index].Buffer;
        Operations += 3;
        bool posted = pool.Post(buffer) == ReturnError.None;
        bool refused = pool.Return(buffer) == ReturnError.Posted && pool.GetSpan(buffer).IsEmpty;
        if (!posted || !refused || pool.Unpost(buffer) != ReturnError.None)
        {
            Report("a buffer that a device has was not kept from its owner, or did not come back");
        }
    }

    /// <summary>Returns everything.</summary>
    public void ReturnAll()
    {
        while (Count != 0)
        {
            ReturnOne();
        }
    }

    private bool HasMarks(ReadOnlySpan<byte> payload, ulong word)
    {
        return payload.Length >= MarkBytes
            && BinaryPrimitives.ReadUInt64LittleEndian(payload.Slice(payload.Length - MarkBytes)) == (word ^ _secret)
            && (payload.Length < 2 * MarkBytes || BinaryPrimitives.ReadUInt64LittleEndian(payload) == (word ^ _secret));
    }

    private void Report(string mistake) => Mistake ??= mistake;

    /// <summary>One buffer. A structure, because storing into an array of references asks the class library whether it may.</summary>
    private readonly struct Rental
    {
        public Rental(BufferPool pool, BufferHandle buffer)
        {
            Pool = pool;
            Buffer = buffer;
        }

        public BufferPool Pool { get; }

        public BufferHandle Buffer { get; }
    }
}
