using System;
using System.Runtime.CompilerServices;
using System.Threading;
using Cosmos.Common;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// Messages of sixteen bytes on their way from senders to receivers, in the order in which they were sent; as many as the queue was made
/// for and no more.
/// </summary>
/// <remarks>
/// <para>A message that is sent while a thread waits goes straight to the most important one, longest wait first among equals, and no other
/// thread can take it on the way. A sender that finds the queue full can wait as well: room goes to the most important waiter in the same
/// way, whose message then is the last one in the queue. A wait that ends in another way has neither received nor sent anything.</para>
/// <para>Interrupt handlers use <see cref="TrySend"/> and <see cref="TryReceive"/>, which never wait. Each message that is refused because
/// the queue is full is counted.</para>
/// <para>Invariant, outside masked sections: while receivers wait the queue is empty, and while senders wait it is full. Constant time, but
/// for the timer queue when a wait has a deadline.</para>
/// </remarks>
[AllocationFree]
public sealed unsafe class MessageQueue
{
    /// <summary>The most messages that a queue can hold.</summary>
    public const int MaxCapacity = 4096;

    /// <summary>As a count: the queue is empty, and a receiver waits, or did until something ended its wait.</summary>
    private const int MaybeReceivers = -1;

    /// <summary>Added to the count of a full queue: a sender waits, or did.</summary>
    private const int MaybeSenders = 1 << 16;

    private readonly Processor _processor;
    private readonly Scheduler _scheduler;
    private readonly WaitQueue _receiverQueue;
    private readonly WaitQueue _senderQueue;
    private readonly ThreadRings* _receivers;
    private readonly ThreadRings* _senders;
    private readonly Message[] _memory;
    private readonly Message* _begin;
    private readonly Message* _end;
    private readonly uint _capacity;

    /// <summary>Where the next message goes, and where the oldest one is.</summary>
    private Message* _next;
    private Message* _oldest;

    /// <summary>Messages in the queue. As a number without a sign it is no less than the capacity when a sender has to look closer, and
    /// (one less) when a receiver has to.</summary>
    private int _count;

    private ulong _refused;

    /// <summary>Makes an empty queue. Boot context.</summary>
    /// <param name="scheduler">Whose threads will wait.</param>
    /// <param name="name">Shown as what a waiting thread waits for.</param>
    /// <param name="capacity">How many messages it holds, 1 to <see cref="MaxCapacity"/>.</param>
    [MayAllocate("boot")]
    public MessageQueue(Scheduler scheduler, string name, int capacity)
    {
        if (capacity is < 1 or > MaxCapacity)
        {
            throw new ArgumentOutOfRangeException(nameof(capacity));
        }

        _scheduler = scheduler;
        _processor = scheduler.Processor;
        _receiverQueue = WaitQueue.Create(scheduler, name);
        _senderQueue = WaitQueue.Create(scheduler, name);
        _receivers = _receiverQueue.Rings;
        _senders = _senderQueue.Rings;
        _memory = GC.AllocateArray<Message>(capacity, pinned: true);
        fixed (Message* memory = _memory)
        {
            _begin = memory;
        }

        _end = _begin + capacity;
        _next = _begin;
        _oldest = _begin;
        _capacity = (uint)capacity;
    }

    /// <summary>Messages that no thread has received yet. Any context.</summary>
    public int Count
    {
        get
        {
            int count = _count;
            return count < 0 ? 0 : count & ~MaybeSenders;
        }
    }

    /// <summary>Messages that it can hold.</summary>
    public int Capacity => (int)_capacity;

    /// <summary>How many threads wait for a message. Any context.</summary>
    public int WaitingReceivers => _receivers->Count;

    /// <summary>How many threads wait for room. Any context.</summary>
    public int WaitingSenders => _senders->Count;

    /// <summary>Messages that were refused because the queue was full, and stayed full as long as the sender would wait. Any
    /// context.</summary>
    public ulong Refused => _refused;

    /// <summary>Sends a message if there is room. Any context; never waits. In thread context, a more important thread that gets it runs
    /// before this returns, unless the caller holds interrupts off.</summary>
    /// <param name="message">The message.</param>
    /// <returns>False if the queue is full: the message is refused, and counted.</returns>
    public bool TrySend(Message message)
    {
        Processor processor = _processor;
        processor.Mask();
        if ((uint)Volatile.Read(ref _count) >= _capacity)
        {
            return TrySendSlow(message);
        }

        Store(message);
        return processor.TryUnmask() || LetInterruptsIn();
    }

    /// <summary>Sends a message, waiting for room for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait. Without it the message is refused even if there is room.</param>
    /// <param name="message">The message.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait; <see cref="Clock.Forever"/>.</param>
    /// <returns><see cref="WaitResult.Signalled"/> if it was sent, or why it was not.</returns>
    public WaitResult Send(ThreadContext context, Message message, ulong timeoutNanoseconds = Clock.Forever)
    {
        Processor processor = _processor;
        processor.Mask();
        if ((uint)Volatile.Read(ref _count) >= _capacity || !Scheduler.MayWait(processor, context))
        {
            return SendSlow(context, message, timeoutNanoseconds);
        }

        Store(message);
        return processor.TryUnmask() ? WaitResult.Signalled : LetInterruptsIn(WaitResult.Signalled);
    }

    /// <summary>Receives the oldest message if there is one. Any context; never waits.</summary>
    /// <param name="message">The message; a default value if there is none.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryReceive(out Message message)
    {
        Processor processor = _processor;
        processor.Mask();
        message = default;
        bool received = _count > 0;
        if (received)
        {
            message = TakeOldest();
        }

        processor.Unmask();
        return received;
    }

    /// <summary>Receives the oldest message, waiting for one for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait. Without it not even a message that is there is given out.</param>
    /// <param name="message">The message; undefined if there is none.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait; <see cref="Clock.Forever"/>.</param>
    /// <returns><see cref="WaitResult.Signalled"/> if there is one, or why there is none.</returns>
    public WaitResult Receive(ThreadContext context, out Message message, ulong timeoutNanoseconds = Clock.Forever)
    {
        Processor processor = _processor;
        processor.Mask();
        uint left = (uint)_count - 1;
        if (left >= _capacity || !Scheduler.MayWait(processor, context))
        {
            return ReceiveSlow(context, out message, timeoutNanoseconds);
        }

        _count = (int)left;
        message = Fetch();
        return processor.TryUnmask() ? WaitResult.Signalled : LetInterruptsIn(WaitResult.Signalled);
    }

    /// <summary>Puts a message behind the others. Interrupts masked; there is room and no receiver waits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(Message message)
    {
        _count++;
        Put(message);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Put(Message message)
    {
        Message* place = _next;
        *place = message;
        place++;
        _next = place == _end ? _begin : place;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Message Fetch()
    {
        Message* place = _oldest;
        Message message = *place;
        place++;
        _oldest = place == _end ? _begin : place;
        return message;
    }

    /// <summary>Takes the oldest message out, and lets the first sender that waits for room put its own in. Interrupts masked; the queue
    /// isn't empty. The caller gives way if that one is more important.</summary>
    private Message TakeOldest()
    {
        Message oldest = Fetch();
        if (_senders->IsEmpty)
        {
            _count = (_count & ~MaybeSenders) - 1;
            return oldest;
        }

        ThreadBlock* sender = _senders->First;
        Put(sender->Message);
        _scheduler.Wake(sender, WaitResult.Signalled);
        _scheduler.Preempt();
        return oldest;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TrySendSlow(Message message)
    {
        bool sent = true;
        if (!SendAtOnce(message))
        {
            _refused++;
            sent = false;
        }

        _processor.Unmask();
        return sent;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WaitResult SendSlow(ThreadContext context, Message message, ulong timeoutNanoseconds)
    {
        Processor processor = _processor;
        WaitResult result = WaitResult.NotAllowedHere;
        if (Scheduler.MayWait(processor, context))
        {
            result = WaitResult.Signalled;
            if (!SendAtOnce(message))
            {
                result = timeoutNanoseconds == 0 ? WaitResult.TimedOut : WaitForRoom(processor, context.Block, message, timeoutNanoseconds);
                _refused += result == WaitResult.TimedOut ? 1u : 0;
            }
        }

        processor.Unmask();
        return result;
    }

    private WaitResult WaitForRoom(Processor processor, ThreadBlock* self, Message message, ulong timeoutNanoseconds)
    {
        self->Message = message;
        _count |= MaybeSenders;
        return (WaitResult)_scheduler.Block(processor, _senders, timeoutNanoseconds);
    }

    /// <summary>Gives a message to a receiver that waits, or stores it. Interrupts masked.</summary>
    /// <returns>False if there is neither a receiver nor room.</returns>
    private bool SendAtOnce(Message message)
    {
        if (!_receivers->IsEmpty)
        {
            ThreadBlock* receiver = _receivers->First;
            receiver->Message = message;
            _scheduler.Wake(receiver, WaitResult.Signalled);
            _scheduler.Preempt();
            return true;
        }

        if (_count == MaybeReceivers)
        {
            _count = 0;
        }

        if ((uint)_count >= _capacity)
        {
            return false;
        }

        Store(message);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WaitResult ReceiveSlow(ThreadContext context, out Message message, ulong timeoutNanoseconds)
    {
        Processor processor = _processor;
        message = default;
        WaitResult result = WaitResult.NotAllowedHere;
        if (Scheduler.MayWait(processor, context))
        {
            if (_count > 0)
            {
                message = TakeOldest();
                result = WaitResult.Signalled;
            }
            else if (timeoutNanoseconds == 0)
            {
                result = WaitResult.TimedOut;
            }
            else
            {
                _count = MaybeReceivers;
                result = (WaitResult)_scheduler.Block(processor, _receivers, timeoutNanoseconds);
                message = context.Block->Message;
            }
        }

        processor.Unmask();
        return result;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool LetInterruptsIn()
    {
        _processor.LetInterruptsIn();
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WaitResult LetInterruptsIn(WaitResult result)
    {
        _processor.LetInterruptsIn();
        return result;
    }
}
