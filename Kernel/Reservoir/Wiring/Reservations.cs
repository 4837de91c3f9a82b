using System;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.Core.Multiboot;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Wiring;

/// <summary>
/// Takes from the memory manager what the plan has promised. At boot there is no going on without it, so a refusal, which can only be a
/// mistake
/// in the plan, is a panic that names the line.
/// </summary>
internal sealed class Reservations
{
    /// <summary>How often a service is started again: often enough for any experiment, and yet a service that dies all the time
    /// ends.</summary>
    public const int ServiceRestarts = 1000;

    private const int MostRanges = 64;
    private const uint ShortfallExitCode = 0x21;

    private readonly Scheduler _scheduler;

    /// <summary>Admits the plan, or writes it with what is missing and stops. Boot context.</summary>
    /// <param name="scheduler">Whose threads will rent and wait.</param>
    public Reservations(Scheduler scheduler)
    {
        _scheduler = scheduler;
        Span<MemoryRange> usable = stackalloc MemoryRange[MostRanges];
        Memory = new MemoryManager(new KernelAddressSpace(), usable.Slice(0, FindUsable(usable)));
        Pools = new PoolRegistry(Memory, scheduler);
        PlanError error = Memory.Admit(Plan.Create());
        if (error != PlanError.None)
        {
            BootConsole.Instance.WriteLine($"Reservoir can't boot: {PlanText.Of(error)}. The plan:");
            Memory.WritePlan(BootConsole.Instance);
            BootConsole.Instance.WriteLine(
                "The kernel has stopped. Give the machine more memory, or make the plan in Kernel/Reservoir/Plan.cs smaller."u8);
            Fault.Stop(ShortfallExitCode);
        }

        SharedPool = Plan.IsShared ? BlockingPool("shared") : null;
    }

    /// <summary>The memory manager.</summary>
    public MemoryManager Memory { get; }

    /// <summary>All pools that were made.</summary>
    public PoolRegistry Pools { get; }

    /// <summary>The pool of network, disk and recorder together; null if each has its own, as usual.</summary>
    public BlockingPool? SharedPool { get; }

    /// <summary>Says whether the subsystems have pools of their own, if somebody has asked for something else.</summary>
    /// <param name="messages">Where to.</param>
    public static void Describe(TextOutput messages)
    {
        if (Plan.IsShared)
        {
            messages.WriteLine(
                "pools=shared: network, disk and recorder have one pool between them, and can starve each other; see 'demo starvation'"u8);
        }
        else if (KernelCommandLine.TryGet("pools"u8, out ReadOnlySpan<byte> value) && !value.SequenceEqual("reserved"u8))
        {
            messages.WriteLine($"pools={value} is neither 'reserved' nor 'shared'; each has its own");
        }
    }

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
    /// <param name="name">Its name, and its stack's line in the plan.</param>
    /// <param name="priority">1 to 31.</param>
    /// <param name="body">What it does.</param>
    /// <param name="restartLimit">How often it is started again after a fault or a kill.</param>
    public KernelThread Thread(string name, int priority, ThreadBody body, int restartLimit = 0) =>
        Thread(name, priority, body, Region(name, ReservationKind.Stack), restartLimit);

    /// <summary>Makes a thread on a part of a region.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="priority">1 to 31.</param>
    /// <param name="body">What it does.</param>
    /// <param name="stack">Its stack.</param>
    /// <param name="restartLimit">How often it is started again after a fault or a kill.</param>
    public KernelThread Thread(string name, int priority, ThreadBody body, Region stack, int restartLimit = 0)
    {
        ThreadError error = _scheduler.CreateThread(name, priority, body, stack, out KernelThread? thread, restartLimit);
        if (error != ThreadError.None)
        {
            BootConsole.Instance.WriteLine($"thread {name}:");
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
