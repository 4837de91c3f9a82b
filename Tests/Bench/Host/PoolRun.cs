using System;
using System.Runtime.InteropServices;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Tests.Bench.Host;

/// <summary>The kernel's pool, from the very assembly that runs in the machine, all its checks on.</summary>
internal sealed unsafe class PoolRun
{
    private const int MemoryBytes = 16 << 20;

    private readonly NonBlockingPool _pool;

    public PoolRun()
    {
        var processor = new HostProcessor();
        var scheduler = new Scheduler(processor, new Clock(processor, processor.Timestamp));
        void* memory = NativeMemory.AlignedAlloc(MemoryBytes, MemoryManager.PageBytes);
        var manager = new MemoryManager(new HostMemory(), [new MemoryRange((nuint)memory, MemoryBytes)]);
        PlanError admitted =
            manager.Admit([PlanLine.Pool("pool", "benchmark", PoolKind.NonBlocking, Rivals.BufferBytes, Rivals.BufferCount)]);
        PlanError created = new PoolRegistry(manager, scheduler).CreateNonBlockingPool("pool", out NonBlockingPool? pool);
        if (admitted != PlanError.None || created != PlanError.None)
        {
            throw new InvalidOperationException($"the pool can't be made: {admitted}, {created}");
        }

        _pool = pool;
    }

    /// <summary>Rents and returns so often.</summary>
    public void Rent(int pairs)
    {
        NonBlockingPool pool = _pool;
        for (int i = 0; i < pairs; i++)
        {
            pool.Return(pool.TryRent().Buffer);
        }
    }

    /// <summary>Whether each rental succeeded and everything came back.</summary>
    public bool IsSound(long pairs)
    {
        PoolSnapshot snapshot = _pool.TakeSnapshot();
        return snapshot.InUse == 0 && snapshot.Rents == (ulong)pairs;
    }
}
