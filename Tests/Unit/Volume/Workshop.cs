using System;
using System.Runtime.InteropServices;
using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Core;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>
/// The kernel's own pools and scheduler on memory of the host, with the test as the only thread. When it waits, time passes until the wait
/// is over.
/// </summary>
internal sealed unsafe class Workshop : IDisposable
{
    private const int MemoryBytes = 9 << 20;
    private const int LongestWaitTicks = 100_000;
    private readonly void* _memory;
    private readonly bool _isLow;
    private readonly KernelThread _thread;
    private bool _resumed;
    private ulong _interruptDue;
    private Action? _interrupt;

    public Workshop(params PlanLine[] lines)
    {
        _isLow = Array.Exists(lines, line => line.DmaBits != 0);
        _memory = _isLow ? LowMemory.Allocate(MemoryBytes) : NativeMemory.AlignedAlloc(MemoryBytes, 4096);
        Scheduler = new Scheduler(Processor, new Clock(Processor, 0));
        Memory = new MemoryManager(new EverythingMapped(), new[] { new MemoryRange((nuint)_memory, MemoryBytes) });
        Pools = new PoolRegistry(Memory, Scheduler);
        Assert.Equal(PlanError.None, Memory.Admit([.. lines, PlanLine.Stack("test", "test", Scheduler.SmallestStack)]));
        Assert.Equal(PlanError.None, Memory.TakeRegion("test", ReservationKind.Stack, out Region stack));
        Assert.Equal(ThreadError.None, Scheduler.CreateThread("test", 5, new NoBody(), stack, out KernelThread? thread));
        _thread = thread;
        Assert.Throws<BegunException>(Scheduler.Start);
        Processor.Switched = PassTime;
        Processor.EnableInterrupts();
    }

    /// <summary>The test's right to wait.</summary>
    public ThreadContext Context => ForgedToken.Of(_thread);

    public FakeProcessor Processor { get; } = new();

    public Scheduler Scheduler { get; }

    public MemoryManager Memory { get; }

    public PoolRegistry Pools { get; }

    /// <summary>Called for each millisecond that passes while the test waits: devices work and interrupt.</summary>
    public Action TimePassed { get; set; } = () => { };

    public NonBlockingPool NonBlocking(string name)
    {
        Assert.Equal(PlanError.None, Pools.CreateNonBlockingPool(name, out NonBlockingPool? pool));
        return pool;
    }

    public BlockingPool Blocking(string name)
    {
        Assert.Equal(PlanError.None, Pools.CreateBlockingPool(name, out BlockingPool? pool));
        return pool;
    }

    /// <summary>Makes an interrupt happen while the test's thread waits.</summary>
    /// <param name="due">When at the earliest, as <see cref="FakeProcessor.Now"/>.</param>
    /// <param name="handler">What its handler does.</param>
    public void Interrupt(ulong due, Action handler)
    {
        _interruptDue = due;
        _interrupt = handler;
    }

    public void Dispose()
    {
        if (_isLow)
        {
            LowMemory.Free(_memory, MemoryBytes);
        }
        else
        {
            NativeMemory.AlignedFree(_memory);
        }
    }

    /// <summary>The test's thread has left the processor, or comes back to it.</summary>
    private void PassTime()
    {
        if (Scheduler.Current == _thread)
        {
            _resumed = true;
            return;
        }

        _resumed = false;
        for (int i = 0; !_resumed; i++)
        {
            Assert.True(i < LongestWaitTicks, "a wait without an end");
            Processor.Now += Clock.NanosecondsPerMillisecond;
            TimePassed();
            Scheduler.ServeTimer(Processor.Now);
            if (_interrupt is not null && Processor.Now >= _interruptDue)
            {
                Action interrupt = _interrupt;
                _interrupt = null;
                interrupt();
            }

            Scheduler.ExitInterrupt(Processor.Now);
        }
    }

    private sealed class NoBody : ThreadBody
    {
        public override void Run(ThreadContext context) => throw new NotSupportedException();
    }

    private sealed class BegunException : Exception;

    private sealed class EverythingMapped : AddressSpace
    {
        public override bool MapData(nuint start, nuint bytes) => true;
    }

    /// <summary>A processor with one stack: a switch is only told.</summary>
    internal sealed class FakeProcessor : Processor
    {
        public FakeProcessor()
        {
            Gate.Open = 1;
        }

        public ulong Now { get; set; } = 1000;

        public Action Switched { get; set; } = () => throw new BegunException();

        public override ulong Timestamp => Now++;

        public override ulong TimestampFrequency => 1_000_000_000;

        public override void LetInterruptsIn()
        {
        }

        public override void SetTimer(ulong counts)
        {
        }

        public override void RequestInterruptEnd()
        {
        }

        public override void PrepareContext(ProcessorContext* context, int id, nuint stackBottom, nuint stackBytes)
        {
        }

        public override void AdoptContext(ProcessorContext* context)
        {
        }

        public override void SwitchContext(ProcessorContext* from, ProcessorContext* to) => Switched();

        public override void WaitForInterrupt() => throw new NotSupportedException();
    }
}
