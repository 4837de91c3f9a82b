using Reservoir.Pools;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Handles as a pool would make them, for tests that were given none.</summary>
internal static class Handles
{
    private const int PoolShift = 16;

    public static BufferHandle Make(int pool, int index, ulong generation) =>
        BufferHandle.FromWord((generation * BufferHandle.NextGeneration) | ((ulong)pool << PoolShift) | (uint)index);

    /// <summary>The handle of a buffer that is rented, whichever rental of it this is.</summary>
    public static BufferHandle Find(BufferPool pool, int index)
    {
        for (ulong generation = 0; ; generation++)
        {
            BufferHandle handle = Make(pool.Number, index, generation);
            if (pool.IsRented(handle))
            {
                return handle;
            }
        }
    }

    /// <summary>What the pool does when the threads that have its buffers die.</summary>
    public static void TakeBack(BufferPool pool)
    {
        for (int index = 0; index < pool.Count; index++)
        {
            if (pool.GetRental(index).IsRented)
            {
                pool.Return(Find(pool, index));
            }
        }
    }
}
