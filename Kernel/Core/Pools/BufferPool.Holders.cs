using System;
using Reservoir.Threads;

namespace Reservoir.Pools;

/// <content>Who has the buffers that no thread has.</content>
public abstract unsafe partial class BufferPool
{
    /// <summary>The most queues and rings that a pool's buffers can lie in.</summary>
    public const int MostHolders = 8;

    private readonly BufferHolder?[] _holders = new BufferHolder?[MostHolders];

    /// <summary>How many queues and rings its buffers can lie in. Any context.</summary>
    public int HolderCount { get; private set; }

    /// <summary>A queue or a ring. Any context.</summary>
    /// <param name="index">0 to <see cref="HolderCount"/> - 1.</param>
    public BufferHolder GetHolder(int index) => _holders[index]!;

    /// <summary>Enters a queue or a ring. Boot context.</summary>
    /// <returns>False if there is no room.</returns>
    internal bool TryAdd(BufferHolder holder)
    {
        if (HolderCount == MostHolders)
        {
            return false;
        }

        _holders[HolderCount++] = holder;
        return true;
    }

    /// <summary>
    /// How many buffers come back without any thread's doing, or at least nobody knows better: what a device is about to finish, what an
    /// interrupt handler has, what lies in a queue whose consumer isn't
    /// known. Interrupts masked; time in proportion to the number of holders.
    /// </summary>
    internal int CountOnTheirWay()
    {
        int forGood = 0;
        int queued = 0;
        int unknown = 0;
        for (int i = 0; i < HolderCount; i++)
        {
            BufferHolder holder = _holders[i]!;
            if (holder.IsForGood)
            {
                forGood += holder.Count;
            }
            else
            {
                queued += holder.Count;
                unknown += holder.Consumer is null ? holder.Count : 0;
            }
        }

        int withDevices = Math.Max(0, _posted - forGood);
        int withHandlers = Math.Max(0, Held[RenterStamp.Interrupt] - forGood - queued);
        return withDevices + withHandlers + unknown;
    }
}
