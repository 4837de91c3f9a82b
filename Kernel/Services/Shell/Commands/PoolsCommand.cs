using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>pools</c>: one line for each buffer pool, all numbers of a line from one moment.</summary>
public sealed class PoolsCommand : ShellCommand
{
    private readonly PoolRegistry _pools;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="pools">Knows the pools.</param>
    public PoolsCommand(PoolRegistry pools)
        : base("pools", "pools", "one line a pool: in use, free, failures")
    {
        _pools = pools;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        output.WriteLine("name             kind            size count in use   free   high failures  waits"u8);
        for (int i = 0; i < _pools.PoolCount; i++)
        {
            BufferPool pool = _pools.GetPool(i);
            PoolSnapshot now = pool.TakeSnapshot();
            output.Write(
                $"{pool.Name,-16} {PlanText.Of(pool.Kind),-12} {pool.BufferSize,7} {now.Count,5} {now.InUse,6} {now.Free,6} {now.HighWater,6} ");
            output.WriteLine($"{now.Failures,8} {now.Waits,6}");
            if (now.Quarantined != 0)
            {
                output.WriteLine($"  {now.Quarantined} buffers of {pool.Name} were found damaged and are out of use");
            }

            if (now.Waiting != 0)
            {
                output.WriteLine($"  {now.Waiting} threads wait for a buffer of {pool.Name}");
            }
        }

        return CommandResult.Done;
    }
}
