using Cosmos.Common;
using Reservoir.Volume;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Demo;

/// <summary>Where on the recorder's disk a demonstration may write: at its end, as long as the records are far from it and have never been
/// there. Thread context.</summary>
[AllocationFree]
internal static class DemoGround
{
    /// <summary>The most datagrams that a demonstration records.</summary>
    public const ulong MostRecords = 4096;

    private const ulong Step = 10 * Clock.NanosecondsPerMillisecond;
    private const ulong Patience = 10 * Clock.NanosecondsPerSecond;
    private const ulong Blocks = DiskLoad.Places * DiskLoad.RequestBlocks;

    /// <summary>Finds the first block, after the recorder has looked at its disk: it does so while the shell begins.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="scheduler">Tells the time.</param>
    /// <param name="volume">The recorder's volume.</param>
    /// <param name="first">The first of the blocks that may be written.</param>
    /// <returns>False if the disk isn't the recorder's, or is too small or too full.</returns>
    public static bool TryFind(ThreadContext context, Scheduler scheduler, RecordVolume volume, out ulong first)
    {
        first = 0;
        ulong begun = scheduler.Clock.Nanoseconds;
        while (volume.State is VolumeState.NotMounted or VolumeState.Blank && scheduler.Clock.Nanoseconds - begun < Patience)
        {
            scheduler.Sleep(context, Step);
        }

        if (volume.Storage is null || volume.State != VolumeState.Ready || volume.Wraps != 0
            || volume.Newest + MostRecords > volume.Capacity)
        {
            return false;
        }

        first = volume.Storage.BlockCount - Blocks;
        return volume.FirstBlockOf(volume.Newest + MostRecords) + VolumeHeader.SlotBlocks <= first;
    }
}
