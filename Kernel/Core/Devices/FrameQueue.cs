using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Devices;

/// <summary>
/// Frames on their way from a network card's interrupt handler to the protocol thread, in order: a ring of buffers' handles, so that no frame is copied.
/// </summary>
/// <remarks>
/// One producer, an interrupt handler or a thread; one consumer, a thread. With as many places as the card's pool has buffers it can't be full before the pool is
/// empty. Constant time, no allocation. At each moment a frame's buffer belongs to the queue or to one of the two threads, so that if one of them dies it is clear who has it.
/// </remarks>
[AllocationFree]
public sealed class FrameQueue : BufferHolder
{
    private readonly ReceivedFrame[] _ring;
    private readonly Scheduler _scheduler;
    private readonly Processor _processor;
    private readonly Semaphore _available;
    private uint _head;
    private uint _tail;
    private KernelThread? _consumer;

    /// <summary>Makes an empty queue. Boot context.</summary>
    /// <param name="scheduler">Whose thread will wait.</param>
    /// <param name="pool">Where the frames' buffers come from and go back to.</param>
    /// <param name="capacity">The most frames, rounded up to a power of two.</param>
    /// <param name="name">Shown as what the consumer waits for.</param>
    public FrameQueue(Scheduler scheduler, BufferPool pool, int capacity, string name = "frames")
        : base(name, pool)
    {
        _scheduler = scheduler;
        _processor = scheduler.Processor;
        _ring = new ReceivedFrame[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _available = new Semaphore(scheduler, name, 0, 1);
    }

    /// <summary>Frames in the queue. Any context.</summary>
    public override int Count => (int)(_head - _tail);

    /// <summary>The thread that waits for frames, or did last; null if none has yet. Any context.</summary>
    public override KernelThread? Consumer => System.Threading.Volatile.Read(ref _consumer);

    /// <summary>Adds a frame and wakes the consumer. Producer only.</summary>
    /// <param name="frame">The frame; its buffer now belongs to the queue, and outlives the producer.</param>
    /// <returns>False if the queue is full, or the producer doesn't have the buffer; then nothing has changed.</returns>
    public bool TryEnqueue(ReceivedFrame frame)
    {
        nuint state = _processor.MaskInterrupts();
        bool added = !IsFull && Pool.Disown(frame.Buffer) == ReturnError.None;
        if (added)
        {
            Add(frame);
        }

        _processor.RestoreInterrupts(state);
        if (added)
        {
            Announce();
        }

        return added;
    }

    /// <summary>Adds one frame of several, whose buffer is nobody's already; <see cref="Announce"/> then wakes the consumer once for all of them. Producer only, interrupts masked.</summary>
    /// <param name="frame">The frame; its buffer now belongs to the queue.</param>
    /// <returns>False if the queue is full; then nothing has changed.</returns>
    public bool TryAdd(ReceivedFrame frame)
    {
        if (IsFull)
        {
            return false;
        }

        Add(frame);
        return true;
    }

    /// <summary>Wakes the consumer: there are frames, or something else that it looks after has happened. Any context.</summary>
    public void Announce() => _available.Release();

    /// <summary>Takes the oldest frame. Consumer only, thread context.</summary>
    /// <param name="frame">The frame; its buffer now belongs to the caller.</param>
    /// <returns>False if there is none.</returns>
    public bool TryDequeue(out ReceivedFrame frame)
    {
        frame = default;
        nuint state = _processor.MaskInterrupts();
        bool taken = _head != _tail;
        if (taken)
        {
            frame = _ring[_tail & (uint)(_ring.Length - 1)];
            _tail++;
            Pool.Adopt(frame.Buffer);
        }

        _processor.RestoreInterrupts(state);
        return taken;
    }

    /// <summary>Waits until a frame may be there; an early end is possible, so <see cref="TryDequeue"/> decides. Consumer only.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="timeoutNanoseconds">How long at most.</param>
    public WaitResult Wait(ThreadContext context, ulong timeoutNanoseconds)
    {
        System.Threading.Volatile.Write(ref _consumer, _scheduler.Current);
        return Count != 0 ? WaitResult.Signalled : _available.Wait(context, timeoutNanoseconds);
    }

    private bool IsFull => _head - _tail == (uint)_ring.Length;

    private void Add(ReceivedFrame frame)
    {
        _ring[_head & (uint)(_ring.Length - 1)] = frame;
        _head++;
    }
}
