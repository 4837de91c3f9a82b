using System;
using System.Runtime.InteropServices;
using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Storage;

/// <summary>
/// The kernel's own pools on memory of the host, for code that never has to wait: a default thread context is refused by everything that would.
/// </summary>
internal sealed unsafe class Workshop : IDisposable
{
    private const int MemoryBytes = 4 << 20;
    private readonly void* _memory;

    public Workshop(params PlanLine[] lines)
    {
        _memory = NativeMemory.AlignedAlloc(MemoryBytes, 4096);
        Scheduler = new Scheduler(Processor, new Clock(Processor, 0));
        Memory = new MemoryManager(new EverythingMapped(), new[] { new MemoryRange((nuint)_memory, MemoryBytes) });
        Assert.Equal(PlanError.None, Memory.Admit(lines));
    }

    public FakeProcessor Processor { get; } = new();

    public Scheduler Scheduler { get; }

    public MemoryManager Memory { get; }

    public NonBlockingPool NonBlocking(string name)
    {
        Assert.Equal(PlanError.None, Memory.CreateNonBlockingPool(name, Scheduler, out NonBlockingPool? pool));
        return pool;
    }

    public BlockingPool Blocking(string name)
    {
        Assert.Equal(PlanError.None, Memory.CreateBlockingPool(name, Scheduler, out BlockingPool? pool));
        return pool;
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private sealed class EverythingMapped : AddressSpace
    {
        public override bool MapData(nuint start, nuint bytes) => true;
    }

    /// <summary>A processor that nothing interrupts and that can't switch.</summary>
    internal sealed class FakeProcessor : Processor
    {
        private bool _masked;

        public ulong Now { get; set; } = 1000;

        public override bool InterruptsMasked => _masked;

        public override ulong Timestamp => Now++;

        public override ulong TimestampFrequency => 1_000_000_000;

        public override nuint MaskInterrupts()
        {
            nuint state = _masked ? (nuint)1 : 0;
            _masked = true;
            return state;
        }

        public override void RestoreInterrupts(nuint state) => _masked = state != 0;

        public override void EnableInterrupts() => _masked = false;

        public override void PrepareContext(ref ProcessorContext context, int id, nuint stackBottom, nuint stackBytes) =>
            throw new NotSupportedException();

        public override void SwitchContext(ref ProcessorContext from, ref ProcessorContext to) => throw new NotSupportedException();

        public override void WaitForInterrupt() => throw new NotSupportedException();
    }
}
