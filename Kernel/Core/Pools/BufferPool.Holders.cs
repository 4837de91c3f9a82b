using System;
using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Pools;

/// <content>The queues and rings that have buffers which no thread has; and which threads can give buffers back.</content>
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
    /// Whether a buffer may come back although no thread goes on: a device is about to finish it, an interrupt handler has it, or it lies
    /// in a queue whose consumer isn't known. Interrupts masked; time in proportion to the number of queues and rings.
    /// </summary>
    internal override bool ComesBackByItself
    {
        get
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
            return withDevices + withHandlers + unknown != 0;
        }
    }

    /// <inheritdoc/>
    internal override void AddConsumers(ref ThreadSet threads)
    {
        for (int i = 0; i < HolderCount; i++)
        {
            if (_holders[i]!.Count != 0 && _holders[i]!.Consumer is { } consumer)
            {
                threads.Add(consumer.Id);
            }
        }
    }

    /// <inheritdoc/>
    internal override int CountQueuedFor(int threadId)
    {
        int count = 0;
        for (int i = 0; i < HolderCount; i++)
        {
            count += _holders[i]!.Consumer is { } consumer && consumer.Id == threadId ? _holders[i]!.Count : 0;
        }

        return count;
    }

    /// <inheritdoc/>
    internal override void WriteHolders(TextOutput output)
    {
        PoolSnapshot now = TakeSnapshot();
        output.WriteLine($"  pool {Name}: {now.Count} buffers, {now.Free} free, {now.Quarantined} quarantined; of those in use");
        for (int i = 0; i < Scheduler.ThreadCount; i++)
        {
            int rented = CountRentedBy(i);
            if (rented != 0)
            {
                output.WriteLine($"  {rented,6} are held by {Scheduler.GetThread(i).Name}");
            }
        }

        for (int i = 0; i < HolderCount; i++)
        {
            WriteHolder(output, _holders[i]!);
        }
    }

    private static void WriteHolder(TextOutput output, BufferHolder holder)
    {
        if (holder.Count == 0)
        {
            return;
        }

        output.Write($"  {holder.Count,6} lie in the {(holder.IsForGood ? "" : "queue of ")}{holder.Name}");
        if (holder.Consumer is { } consumer)
        {
            output.WriteLine($", which only {consumer.Name} empties");
        }
        else
        {
            output.WriteLine(holder.IsForGood ? ", which gives one back only for another"u8 : default);
        }
    }
}
