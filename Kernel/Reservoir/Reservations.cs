using System;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.Core.Multiboot;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir;

/// <summary>
/// Takes from the memory manager what the plan has promised. At boot there is no going on without it, so a refusal, which can only be a
/// mistake in the plan, is a panic that names the line.
/// </summary>
public sealed class Reservations
{
    private const int MostRanges = 64;
    private const uint ShortfallExitCode = 0x21;

    private readonly Scheduler _scheduler;

    /// <summary>Admits the plan, or writes it with what is missing and stops. Boot context.</summary>
    /// <param name="machine">Whose threads will rent and wait.</param>
    /// <param name="plan">The plan.</param>
    public Reservations(Machine machine, PlanLine[] plan)
    {
        _scheduler = machine.Scheduler;
        Span<MemoryRange> usable = stackalloc MemoryRange[MostRanges];
        Memory = new MemoryManager(new KernelAddressSpace(), usable.Slice(0, FindUsable(usable)));
        Pools = new PoolRegistry(Memory, machine.Scheduler);
        PlanError error = Memory.Admit(plan);
        if (error != PlanError.None)
        {
            BootConsole.Instance.WriteLine($"Reservoir can't boot: {PlanText.Of(error)}. The plan:");
            Memory.WritePlan(BootConsole.Instance);
            BootConsole.Instance.WriteLine(
                "The kernel has stopped. Give the machine more memory, or make the plan in Kernel/Reservoir/Plan.cs smaller."u8);
            Fault.Stop(ShortfallExitCode);
        }

        SharedPool = machine.Options.SharesPools ? BlockingPool("shared") : null;
    }

    /// <summary>The memory manager.</summary>
    public MemoryManager Memory { get; }

    /// <summary>All pools that were made.</summary>
    public PoolRegistry Pools { get; }

    /// <summary>The pool of network, disk and recorder together; null if each has its own, as usual.</summary>
    public BlockingPool? SharedPool { get; }

    /// <summary>Says that the subsystems have no pools of their own, if so.</summary>
    /// <param name="messages">Where to.</param>
    public void Describe(TextOutput messages)
    {
        if (SharedPool is not null)
        {
            messages.WriteLine(
                "pools=shared: network, disk and recorder have one pool between them, and can starve each other; see docs/starvation.md"u8);
        }
    }

    /// <summary>The pool of a subsystem that never waits: its own, or the one for all.</summary>
    /// <param name="name">Its own line in the plan.</param>
    public BufferPool NonBlockingOrShared(string name) => SharedPool ?? (BufferPool)NonBlockingPool(name);

    /// <summary>The pool of a subsystem that may wait: its own, or the one for all.</summary>
    /// <param name="name">Its own line in the plan.</param>
    public BlockingPool BlockingOrShared(string name) => SharedPool ?? BlockingPool(name);

    /// <summary>Makes a pool that never waits.</summary>
    /// <param name="name">Its line in the plan.</param>
    public NonBlockingPool NonBlockingPool(string name)
    {
        Require(name, Pools.CreateNonBlockingPool(name, out NonBlockingPool? pool));
        return pool;
    }

    /// <summary>Makes a pool that waits.</summary>
    /// <param name="name">Its line in the plan.</param>
    public BlockingPool BlockingPool(string name)
    {
        Require(name, Pools.CreateBlockingPool(name, out BlockingPool? pool));
        return pool;
    }

    /// <summary>Takes a device's memory, or a scratch arena.</summary>
    /// <param name="name">Its line in the plan.</param>
    /// <param name="kind">What it is for.</param>
    public Region Region(string name, ReservationKind kind)
    {
        Require(name, Memory.TakeRegion(name, kind, out Region region));
        return region;
    }

    /// <summary>Makes a thread.</summary>
    /// <param name="plan">The thread as the plan states it; its stack is a line of the plan.</param>
    /// <param name="body">What it does.</param>
    public KernelThread Thread(ThreadPlan plan, ThreadBody body) => Thread(plan, body, Region(plan.Name, ReservationKind.Stack));

    /// <summary>Makes a thread on a part of a region.</summary>
    /// <param name="plan">The thread; the size of its stack is the region's.</param>
    /// <param name="body">What it does.</param>
    /// <param name="stack">Its stack.</param>
    public KernelThread Thread(ThreadPlan plan, ThreadBody body, Region stack)
    {
        ThreadError error = _scheduler.CreateThread(plan.Name, plan.Priority, body, stack, out KernelThread? thread, plan.RestartLimit);
        if (error != ThreadError.None)
        {
            BootConsole.Instance.WriteLine($"thread {plan.Name}:");
            Fault.Panic("the plan's threads can't be created"u8);
        }

        return thread;
    }

    private static void Require(string name, PlanError error)
    {
        if (error != PlanError.None)
        {
            BootConsole.Instance.WriteLine($"line {name} of the plan:");
            Fault.Panic(PlanText.Of(error));
        }
    }

    /// <summary>Available memory behind what the boot code has placed, as far as the page tables' root reaches with 32-bit devices in
    /// mind.</summary>
    private static int FindUsable(Span<MemoryRange> usable)
    {
        const ulong reach = 1UL << 32;
        ulong from = Paging.TableRegionStart + Paging.TableRegionBytes;
        int count = 0;
        foreach (MemoryMapBlock block in Multiboot2.MemoryMap)
        {
            ulong start = Math.Max(block.Address, from);
            ulong end = Math.Min(block.Address + block.Length, reach);
            if (block.Type == MemoryMapBlock.Available && start < end && count < usable.Length)
            {
                usable[count++] = new MemoryRange((nuint)start, (nuint)(end - start));
            }
        }

        return count;
    }
}
