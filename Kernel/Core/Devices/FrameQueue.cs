using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Devices;

/// <summary>
/// Frames on their way from a network card's interrupt handler to the protocol thread, in order: a ring of buffers' handles, so that no frame is copied.
/// </summary>
/// <remarks>
/// One producer, an interrupt handler or a thread; one consumer, a thread. With as many places as the card's pool has buffers it can't be full before the pool is
/// empty. Constant time, no allocation.
/// </remarks>
public sealed class FrameQueue
{
    private readonly ReceivedFrame[] _ring;
    private readonly Semaphore _available;
    private uint _head;
    private uint _tail;

    /// <summary>Makes an empty queue. Boot context.</summary>
    /// <param name="scheduler">Whose thread will wait.</param>
    /// <param name="pool">Where the frames' buffers come from and go back to.</param>
    /// <param name="capacity">The most frames, rounded up to a power of two.</param>
    public FrameQueue(Scheduler scheduler, NonBlockingPool pool, int capacity)
    {
        Pool = pool;
        _ring = new ReceivedFrame[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _available = new Semaphore(scheduler, "frames", 0, 1);
    }

    /// <summary>Where the frames' buffers come from and go back to.</summary>
    public NonBlockingPool Pool { get; }

    /// <summary>Frames in the queue. Any context.</summary>
    public int Count => (int)(_head - _tail);

    /// <summary>Adds a frame and wakes the consumer. Producer only.</summary>
    /// <param name="frame">The frame; its buffer now belongs to the queue.</param>
    /// <returns>False if the queue is full; the buffer still belongs to the caller.</returns>
    public bool TryEnqueue(ReceivedFrame frame)
    {
        if (_head - _tail == (uint)_ring.Length)
        {
            return false;
        }

        _ring[_head & (uint)(_ring.Length - 1)] = frame;
        System.Threading.Volatile.Write(ref _head, _head + 1);
        _available.Release();
        return true;
    }

    /// <summary>Takes the oldest frame. Consumer only, thread context.</summary>
    /// <param name="frame">The frame; its buffer now belongs to the caller.</param>
    /// <returns>False if there is none.</returns>
    public bool TryDequeue(out ReceivedFrame frame)
    {
        frame = default;
        if (System.Threading.Volatile.Read(ref _head) == _tail)
        {
            return false;
        }

        frame = _ring[_tail & (uint)(_ring.Length - 1)];
        System.Threading.Volatile.Write(ref _tail, _tail + 1);
        return true;
    }

    /// <summary>Waits until a frame may be there; an early end is possible, so <see cref="TryDequeue"/> decides. Consumer only.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="timeoutNanoseconds">How long at most.</param>
    public WaitResult Wait(ThreadContext context, ulong timeoutNanoseconds)
    {
        return Count != 0 ? WaitResult.Signalled : _available.Wait(context, timeoutNanoseconds);
    }
}
