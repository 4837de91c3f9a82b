using System.Diagnostics.CodeAnalysis;
using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// Decides which thread has the processor: always the most important one that can run; among equals each in turn.
/// </summary>
/// <remarks>
/// <para>A thread that becomes ready goes to the end of its priority's list; if it is more important than the running one, that one steps aside
/// at once (or, if an interrupt woke it, when the interrupt handler is done) and keeps its place at the head of its own list. A thread
/// that has used its quantum of <see cref="QuantumTicks"/> ticks goes behind its equals. When nothing can run, the idle thread halts the processor; it does
/// nothing else.</para>
/// <para>Waiting: a thread leaves the processor through <see cref="Block"/> and comes back through <see cref="Wake"/>. Signal, timeout and cancellation all end in
/// <see cref="Wake"/>, which under the interrupt mask looks at the thread's state: the first one finds it waiting and decides the outcome, the
/// others find it ready and do nothing. That is the one point where a wait ends.</para>
/// <para>One processor: holding interrupts off is the lock. Every masked section here is constant-time but for the timer queue's logarithm.</para>
/// </remarks>
public sealed class Scheduler
{
    /// <summary>The most threads there can ever be, the idle thread included.</summary>
    public const int MaxThreads = 64;

    /// <summary>Number of priorities: 0 (idle) to 31 (most important).</summary>
    public const int Priorities = 32;

    /// <summary>Timer ticks that a thread may run before an equal gets its turn.</summary>
    public const int QuantumTicks = 10;

    /// <summary>The smallest stack in bytes.</summary>
    public const int SmallestStack = 8192;

    private const byte StackFill = 0xA5;

    private readonly Processor _processor;
    private readonly Clock _clock;
    private readonly ThreadQueue _ready = new();
    private readonly TimerQueue _timers = new();
    private readonly KernelThread[] _threads = new KernelThread[MaxThreads];
    private readonly KernelThread _idle;
    private KernelThread _current;
    private bool _started;
    private bool _inInterrupt;
    private bool _quantumOver;

    /// <summary>Makes a scheduler whose only thread is the caller, who will be the idle thread. Boot context.</summary>
    /// <param name="processor">The processor to share out.</param>
    /// <param name="clock">Tells the time for deadlines.</param>
    public Scheduler(Processor processor, Clock clock)
    {
        _processor = processor;
        _clock = clock;
        _idle = new KernelThread("idle", 0, 0, body: null, default) { State = ThreadState.Running };
        _threads[0] = _idle;
        ThreadCount = 1;
        _current = _idle;
        processor.ContextEntry = Enter;
    }

    /// <summary>The processor that is shared out.</summary>
    public Processor Processor => _processor;

    /// <summary>The clock that deadlines refer to.</summary>
    public Clock Clock => _clock;

    /// <summary>Threads ever created, ended ones included.</summary>
    public int ThreadCount { get; private set; }

    /// <summary>The running thread; in an interrupt handler, the one that was interrupted. Any context.</summary>
    public KernelThread Current => _current;

    /// <summary>True between <see cref="EnterInterrupt"/> and <see cref="ExitInterrupt"/>. Any context.</summary>
    public bool InInterrupt => _inInterrupt;

    /// <summary>True after <see cref="Start"/>.</summary>
    public bool IsStarted => _started;

    /// <summary>Thread switches since boot.</summary>
    public ulong Switches { get; private set; }

    /// <summary>The processor's counter at the last timer tick.</summary>
    internal ulong LastTick { get; private set; }

    /// <summary>In whose name a buffer is rented now: the running thread's number, or <see cref="BufferRecord.OwnerInterrupt"/> in an interrupt handler and in boot.</summary>
    internal short Renter { get; private set; } = BufferRecord.OwnerInterrupt;

    /// <summary>A thread by its number. Any context.</summary>
    /// <param name="id">0 to <see cref="ThreadCount"/> - 1.</param>
    public KernelThread GetThread(int id) => _threads[id];

    /// <summary>Makes a thread, ready to run. Boot context, or thread context while the managed heap is open; it validates everything before it changes anything.</summary>
    /// <param name="name">Its name, unique.</param>
    /// <param name="priority">1 to 31, 31 being the most important.</param>
    /// <param name="body">What it does.</param>
    /// <param name="stack">Its stack, reserved by the memory manager; used by nobody else.</param>
    /// <param name="thread">The thread; null if it was refused.</param>
    /// <returns>Why it was refused, or <see cref="ThreadError.None"/>.</returns>
    public ThreadError CreateThread(string name, int priority, ThreadBody body, Region stack, [NotNull] out KernelThread? thread)
    {
        thread = null!;
        ThreadError error = Validate(name, priority, body, stack);
        if (error != ThreadError.None)
        {
            return error;
        }

        thread = new KernelThread(name, ThreadCount, priority, body, stack) { State = ThreadState.Ready, QuantumLeft = QuantumTicks };
        stack.AsSpan().Fill(StackFill);
        _processor.PrepareContext(ref thread.Context, thread.Id, stack.Start, stack.Bytes);
        nuint state = _processor.MaskInterrupts();
        _threads[ThreadCount++] = thread;
        _ready.Add(thread);
        Preempt(state);
        _processor.RestoreInterrupts(state);
        return ThreadError.None;
    }

    /// <summary>
    /// Lets the threads run. The caller becomes the idle thread and never comes back. Boot context, interrupts masked.
    /// </summary>
    public void Start()
    {
        _processor.MaskInterrupts();
        _started = true;
        Renter = RenterOf(_idle);
        _idle.StartedRunning = _processor.Timestamp;
        while (true)
        {
            if (_ready.IsEmpty)
            {
                _processor.WaitForInterrupt();
            }
            else
            {
                SwitchToNext();
            }
        }
    }

    /// <summary>The interrupt glue calls this first in every hardware interrupt, interrupts masked.</summary>
    public void EnterInterrupt()
    {
        _inInterrupt = true;
        Renter = BufferRecord.OwnerInterrupt;
    }

    /// <summary>The interrupt glue calls this last in every hardware interrupt, interrupts masked. Switches threads if it is time to.</summary>
    public void ExitInterrupt()
    {
        _inInterrupt = false;
        Renter = RenterOf(_current);
        if (_quantumOver)
        {
            _quantumOver = false;
            _current.QuantumLeft = QuantumTicks;
            if (_started && _ready.HighestPriority >= _current.Priority && _current != _idle)
            {
                _current.State = ThreadState.Ready;
                _ready.Add(_current);
                SwitchToNext();
                return;
            }
        }

        GiveWay();
    }

    /// <summary>The timer's interrupt handler calls this at each tick: ends waits whose time is up, and turns.</summary>
    public void Tick()
    {
        LastTick = _processor.Timestamp;
        ulong now = _clock.Nanoseconds;
        while (_timers.Earliest <= now)
        {
            Wake(_timers.First, WaitResult.TimedOut);
        }

        if (--_current.QuantumLeft <= 0)
        {
            _quantumOver = true;
        }
    }

    /// <summary>Lets equals run. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns><see cref="WaitResult.Signalled"/>, or <see cref="WaitResult.NotAllowedHere"/>.</returns>
    public WaitResult Yield(ThreadContext context)
    {
        nuint state = _processor.MaskInterrupts();
        bool allowed = MayWait(context, state);
        if (allowed)
        {
            _current.State = ThreadState.Ready;
            _current.QuantumLeft = QuantumTicks;
            _ready.Add(_current);
            SwitchToNext();
        }

        _processor.RestoreInterrupts(state);
        return allowed ? WaitResult.Signalled : WaitResult.NotAllowedHere;
    }

    /// <summary>Does nothing for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="nanoseconds">At least how long; the end is rounded up to a timer tick. 0 yields.</param>
    /// <returns><see cref="WaitResult.TimedOut"/> after the time, <see cref="WaitResult.Cancelled"/> or <see cref="WaitResult.NotAllowedHere"/>.</returns>
    public WaitResult Sleep(ThreadContext context, ulong nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return Yield(context) == WaitResult.Signalled ? WaitResult.TimedOut : WaitResult.NotAllowedHere;
        }

        nuint state = _processor.MaskInterrupts();
        WaitResult result = MayWait(context, state) ? Block(queue: null, nanoseconds, "time") : WaitResult.NotAllowedHere;
        _processor.RestoreInterrupts(state);
        return result;
    }

    /// <summary>Calls a thread's wait off. Any context.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>False if it isn't waiting (any more).</returns>
    public bool CancelWait(KernelThread thread)
    {
        nuint state = _processor.MaskInterrupts();
        bool cancelled = Wake(thread, WaitResult.Cancelled);
        Preempt(state);
        _processor.RestoreInterrupts(state);
        return cancelled;
    }

    /// <summary>
    /// Ends the running thread for ever, after a fault or at the end of its body. Does not return if it can; the idle thread and an interrupt handler
    /// can't be ended.
    /// </summary>
    /// <param name="faulted">Whether it goes by a fault.</param>
    /// <returns>False, if there is no thread to end here.</returns>
    public bool EndCurrent(bool faulted)
    {
        _processor.MaskInterrupts();
        if (!_started || _inInterrupt || _current == _idle)
        {
            return false;
        }

        _current.Faulted = faulted;
        _current.State = ThreadState.Ended;
        SwitchToNext();
        return false;
    }

    /// <summary>How much of a thread's stack has ever been used, in bytes. Thread context; reads the stack once.</summary>
    /// <param name="thread">The thread; the idle thread's boot stack isn't measured: 0.</param>
    public static int StackHighWater(KernelThread thread)
    {
        System.ReadOnlySpan<byte> stack = thread.Stack.AsSpan();
        int untouched = 0;
        while (untouched < stack.Length && stack[untouched] == StackFill)
        {
            untouched++;
        }

        return stack.Length - untouched;
    }

    /// <summary>Whether the holder of a context may wait now. Interrupts masked.</summary>
    /// <param name="context">The right to wait that was shown.</param>
    /// <param name="state">What masking the interrupts returned: a caller that had masked them itself may not wait.</param>
    internal bool MayWait(ThreadContext context, nuint state)
    {
        return _started && !_inInterrupt && state != 0 && context.Thread == _current && _current != _idle;
    }

    /// <summary>
    /// Puts the running thread to sleep until <see cref="Wake"/>. Interrupts masked; the caller has checked <see cref="MayWait"/>.
    /// </summary>
    internal WaitResult Block(ThreadQueue? queue, ulong timeoutNanoseconds, string reason)
    {
        KernelThread self = _current;
        self.State = ThreadState.Waiting;
        self.WaitingFor = reason;
        queue?.Add(self);
        if (timeoutNanoseconds != Clock.Forever)
        {
            ulong now = _clock.Nanoseconds;
            self.Deadline = now + timeoutNanoseconds < now ? Clock.Forever : now + timeoutNanoseconds;
            _timers.Add(self);
        }

        SwitchToNext();
        return self.Outcome;
    }

    /// <summary>Ends a wait, if it has not ended already. Interrupts masked. The caller calls <see cref="Preempt"/> when it is done.</summary>
    internal bool Wake(KernelThread thread, WaitResult outcome)
    {
        if (thread.State != ThreadState.Waiting)
        {
            return false;
        }

        thread.Queue?.Remove(thread);
        _timers.Remove(thread);
        thread.Outcome = outcome;
        thread.WaitingFor = null;
        thread.State = ThreadState.Ready;
        _ready.Add(thread);
        return true;
    }

    /// <summary>
    /// Gives way to a more important thread, if there is one and this is the place. Interrupts masked. It is not while the caller had them masked itself: nobody else may run
    /// in its masked section, and the next interrupt makes up for it.
    /// </summary>
    /// <param name="state">What masking the interrupts returned.</param>
    internal void Preempt(nuint state)
    {
        if (state != 0)
        {
            GiveWay();
        }
    }

    private void GiveWay()
    {
        if (_started && !_inInterrupt && _ready.HighestPriority > _current.Priority)
        {
            if (_current != _idle)
            {
                _current.State = ThreadState.Ready;
                _ready.AddFirst(_current);
            }

            SwitchToNext();
        }
    }

    private ThreadError Validate(string name, int priority, ThreadBody? body, Region stack)
    {
        if (string.IsNullOrEmpty(name))
        {
            return ThreadError.NameMissing;
        }

        if (body is null)
        {
            return ThreadError.BodyMissing;
        }

        if (priority is < 1 or >= Priorities)
        {
            return ThreadError.PriorityOutOfRange;
        }

        if (stack.Bytes < SmallestStack)
        {
            return ThreadError.StackTooSmall;
        }

        for (int i = 0; i < ThreadCount; i++)
        {
            if (string.Equals(_threads[i].Name, name))
            {
                return ThreadError.NameTaken;
            }

            if (_threads[i].Stack.Overlaps(stack))
            {
                return ThreadError.StackTaken;
            }
        }

        return ThreadCount == MaxThreads ? ThreadError.TooManyThreads : ThreadError.None;
    }

    /// <summary>The running thread has been put where it belongs: the next one takes over. Interrupts masked, before and after.</summary>
    private void SwitchToNext()
    {
        KernelThread leaving = _current;
        KernelThread entering = _ready.TakeFirst() ?? _idle;
        entering.State = ThreadState.Running;
        if (entering == leaving)
        {
            return;
        }

        ulong now = _processor.Timestamp;
        leaving.CpuNanoseconds += _clock.ToNanoseconds(now - leaving.StartedRunning);
        entering.StartedRunning = now;
        entering.Switches++;
        Switches++;
        _current = entering;
        Renter = RenterOf(entering);
        if (leaving == _idle)
        {
            leaving.State = ThreadState.Ready;
        }

        _processor.SwitchContext(ref leaving.Context, ref entering.Context);
    }

    private short RenterOf(KernelThread thread) => _started ? (short)thread.Id : BufferRecord.OwnerInterrupt;

    /// <summary>Where every thread begins.</summary>
    private void Enter(int id)
    {
        KernelThread self = _threads[id];
        _processor.EnableInterrupts();
        self.Body!.Run(new ThreadContext(self));
        EndCurrent(faulted: false);
    }
}
