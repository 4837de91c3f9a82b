using System;
using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.SelfTest;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>pools</c>: one line for each buffer pool, all numbers of a line from one moment.</summary>
public sealed class PoolsCommand : ShellCommand
{
    private readonly PoolRegistry _pools;
    private readonly MemoryManager _memory;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="pools">Knows the pools.</param>
    /// <param name="memory">Knows whose they are.</param>
    public PoolsCommand(PoolRegistry pools, MemoryManager memory)
        : base("pools", "pools [--all]", "one line a pool: in use, free, failures")
    {
        _pools = pools;
        _memory = memory;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> word = arguments.Next();
        bool showsAll = word.SequenceEqual("--all"u8);
        if (!word.IsEmpty && !showsAll)
        {
            return Refuse(output, word, "--all, or nothing");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        output.WriteLine("name             kind            size count in use   free   high failures  waits"u8);
        for (int i = 0; i < _pools.PoolCount; i++)
        {
            BufferPool pool = _pools.GetPool(i);
            if (showsAll || !string.Equals(_memory.SubsystemOf(pool.Name), SelfTestFixture.Subsystem))
            {
                Describe(pool, output);
            }
        }

        return CommandResult.Done;
    }

    private static void Describe(BufferPool pool, TextOutput output)
    {
        PoolSnapshot now = pool.TakeSnapshot();
        output.Write($"{pool.Name,-16} {PlanText.Of(pool.Kind),-12} {pool.BufferSize,7} ");
        output.WriteLine($"{now.Count,5} {now.InUse,6} {now.Free,6} {now.HighWater,6} {now.Failures,8} {now.Waits,6}");
        if (now.Quarantined != 0)
        {
            output.WriteLine($"  {now.Quarantined} buffers of {pool.Name} were found damaged and are out of use");
        }

        if (now.Waiting != 0)
        {
            output.WriteLine($"  {now.Waiting} threads wait for a buffer of {pool.Name}");
        }
    }
}
