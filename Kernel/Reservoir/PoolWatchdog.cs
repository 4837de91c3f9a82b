using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir;

/// <summary>The watchdog, which also reports when a pool comes under pressure and when that is over.</summary>
[AllocationFree]
internal sealed class PoolWatchdog : Watchdog
{
    private readonly PressureLog _pressure;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="scheduler">Whose threads.</param>
    /// <param name="pools">Whose pressure.</param>
    /// <param name="messages">Where it says what it has found.</param>
    public PoolWatchdog(Scheduler scheduler, PoolRegistry pools, TextOutput messages)
        : base(scheduler, messages)
    {
        _pressure = new PressureLog(pools);
    }

    /// <inheritdoc/>
    protected override void LookFurther(TextOutput messages) => _pressure.WriteChanges(messages);
}
