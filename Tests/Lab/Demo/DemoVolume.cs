using Cosmos.Common;
using Reservoir.Threads;
using Reservoir.Time;
using Reservoir.Volume;

namespace Reservoir.Lab.Demo;

/// <summary>
/// Where the demonstrations write: a recorder's volume on a disk of their own, and behind its records some blocks for the disk load. Thread
/// context.
/// </summary>
/// <remarks>The disk is the one that the option <c>demo-disk</c> gives to the demonstrations: what is on it may be overwritten, and when it
/// is full it is formatted again. No other disk is touched.</remarks>
[AllocationFree]
public sealed class DemoVolume
{
    /// <summary>The most datagrams that a demonstration records.</summary>
    public const ulong MostRecords = 4096;

    private const ulong Step = 10 * Clock.NanosecondsPerMillisecond;
    private const ulong Timeout = 10 * Clock.NanosecondsPerSecond;
    private const ulong Blocks = DiskLoad.Places * DiskLoad.RequestBlocks;

    private readonly Scheduler _scheduler;
    private readonly RecordVolume _volume;

    /// <summary>Describes the place. Boot context.</summary>
    /// <param name="scheduler">Tells the time.</param>
    /// <param name="volume">The volume of the demonstrations' recorder.</param>
    public DemoVolume(Scheduler scheduler, RecordVolume volume)
    {
        _scheduler = scheduler;
        _volume = volume;
    }

    /// <summary>Sees to it that the volume has room for <see cref="MostRecords"/> more records and the blocks behind them.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="first">The first of the blocks for the disk load.</param>
    /// <returns>False if the disk is too small or fails.</returns>
    public bool TryPrepare(ThreadContext context, out ulong first)
    {
        AwaitMount(context);
        first = _volume.Storage is { } disk && disk.BlockCount > Blocks ? disk.BlockCount - Blocks : 0;
        if (first == 0)
        {
            return false;
        }

        if (!HasRoom(first))
        {
            _volume.Format(context);
        }

        return HasRoom(first);
    }

    /// <summary>The recorder looks at its disk while the shell begins.</summary>
    private void AwaitMount(ThreadContext context)
    {
        ulong begun = _scheduler.Clock.Nanoseconds;
        while (_volume.State is VolumeState.NotMounted or VolumeState.Blank && _scheduler.Clock.Nanoseconds - begun < Timeout)
        {
            _scheduler.Sleep(context, Step);
        }
    }

    private bool HasRoom(ulong first) =>
        _volume.State == VolumeState.Ready && _volume.Wraps == 0 && _volume.Newest + MostRecords <= _volume.Capacity
        && _volume.FirstBlockOf(_volume.Newest + MostRecords) + VolumeHeader.SlotBlocks <= first;
}
