using Cosmos.Core.Runtime;
using Reservoir.Memory;
using Reservoir.Shell;

namespace Reservoir;

/// <summary>A region of the plan as the scratch arena of the thread that uses it.</summary>
internal sealed class ThreadScratch : ScratchArena
{
    private readonly Region _region;

    /// <summary>Describes an arena. Boot context.</summary>
    /// <param name="region">Its memory; no other thread uses it.</param>
    public ThreadScratch(Region region)
    {
        _region = region;
    }

    /// <inheritdoc/>
    public override void Use() => ManagedHeap.UseScratch(_region.Start, _region.Bytes);

    /// <inheritdoc/>
    public override void Reset() => ManagedHeap.ResetScratch();
}
