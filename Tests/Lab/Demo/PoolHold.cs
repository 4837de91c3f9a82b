using System;
using Cosmos.Common;
using Reservoir.Pools;

namespace Reservoir.Lab.Demo;

/// <summary>Takes all the buffers that a pool has left, and keeps them until told to let go. One thread at a time.</summary>
[AllocationFree]
internal sealed class PoolHold
{
    private const int Most = 3072;

    private readonly BufferHandle[] _buffers = new BufferHandle[Most];
    private BufferPool? _pool;
    private int _count;

    /// <summary>Takes what is there, in addition to what it has of the same pool. Thread context; never waits.</summary>
    /// <param name="pool">The pool.</param>
    /// <returns>Whether nothing is left.</returns>
    public bool Take(BufferPool pool)
    {
        _pool = pool;
        while (_count < Most)
        {
            RentResult rental = pool.TryRent();
            if (!rental.Succeeded)
            {
                return true;
            }

            _buffers[_count++] = rental.Buffer;
        }

        return false;
    }

    /// <summary>Gives everything back.</summary>
    public void Release()
    {
        while (_count != 0)
        {
            _pool!.Return(_buffers[--_count]);
        }
    }
}
