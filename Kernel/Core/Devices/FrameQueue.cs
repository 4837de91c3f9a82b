using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Devices;

/// <summary>
/// Frames on their way from a network card's interrupt handler to the protocol thread, in order: a ring of buffers' handles, so that no
/// frame is copied.
/// </summary>
/// <remarks>
/// One producer, an interrupt handler or a thread; one consumer, a thread. With as many places as the card's pool has buffers it can't be
/// full before the pool is empty. Constant time, no allocation. At each moment a frame's buffer belongs to the queue or to one of the two
/// threads, so that if one of them dies it is clear which has it.
/// </remarks>
[AllocationFree]
public sealed class FrameQueue : BufferHolder
{
    private readonly ReceivedFrame[] _ring;
    private readonly Scheduler _scheduler;
    private readonly Processor _processor;
    private readonly Threads.Semaphore _available;
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
        _available = new Threads.Semaphore(scheduler, name, 0, 1);
    }

    /// <summary>Frames in the queue. Any context.</summary>
    public override int Count => (int)(_head - _tail);

    /// <summary>The thread that waits for frames, or did last; null if none has yet. Any context.</summary>
    public override KernelThread? Consumer => Volatile.Read(ref _consumer);

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

    /// <summary>Adds one frame of several, whose buffer no thread owns any more; <see cref="Announce"/> then wakes the consumer once for
    /// all of them. Producer only, interrupts masked, and only if the queue isn't full (<see cref="IsFull"/>).</summary>
    /// <param name="frame">The frame; its buffer now belongs to the queue.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ReceivedFrame frame)
    {
        ReceivedFrame[] ring = _ring;
        uint head = _head;
        ring[head & (uint)(ring.Length - 1)] = frame;
        Volatile.Write(ref _head, head + 1);
    }

    /// <summary>Wakes the consumer: there are frames, or something else that it looks after has happened. Any context.</summary>
    public void Announce() => _available.Release();

    /// <summary>Takes the oldest frame. Consumer only, thread context.</summary>
    /// <param name="frame">The frame; its buffer now belongs to the caller.</param>
    /// <returns>False if there is none.</returns>
    public bool TryDequeue(out ReceivedFrame frame) => TryDequeue(out frame, out _);

    /// <summary>The same, and shows the frame's buffer.</summary>
    /// <param name="frame">The frame; its buffer now belongs to the caller.</param>
    /// <param name="buffer">The whole buffer, of which the frame is the beginning; empty if the pool refuses its handle.</param>
    /// <returns>False if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryDequeue(out ReceivedFrame frame, out Span<byte> buffer)
    {
        uint tail = _tail;
        if (Volatile.Read(ref _head) == tail)
        {
            frame = default;
            buffer = default;
            return false;
        }

        // A thread that dies between these two would leave the buffer without an owner.
        _processor.Mask();
        ReceivedFrame[] ring = _ring;
        frame = ring[tail & (uint)(ring.Length - 1)];
        _tail = tail + 1;
        buffer = Pool.AdoptSpan(frame.Buffer);
        _processor.Unmask();
        return true;
    }

    /// <summary>Waits until a frame may be there; an early end is possible, so <see cref="TryDequeue(out ReceivedFrame)"/> decides.
    /// Consumer only.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="timeoutNanoseconds">How long at most.</param>
    public WaitResult Wait(ThreadContext context, ulong timeoutNanoseconds)
    {
        Volatile.Write(ref _consumer, _scheduler.Current);
        return Count != 0 ? WaitResult.Signalled : _available.Wait(context, timeoutNanoseconds);
    }

    /// <summary>Whether there is no room for another frame. Producer only.</summary>
    public bool IsFull => _head - _tail == (uint)_ring.Length;
}
