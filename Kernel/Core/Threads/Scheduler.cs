using System;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Time;

namespace Reservoir.Threads;

/// <summary>
/// Decides which thread has the processor: always the most important one that can run; among equals each in turn.
/// </summary>
/// <remarks>
/// <para>The running thread stays at the head of its priority's ring. A thread that becomes ready goes to the end of its ring; if it is more important than the running one, that one steps aside
/// at once (or, if an interrupt woke it, when the interrupt handler is done) and keeps its place. A thread
/// that has used its <see cref="QuantumNanoseconds"/> goes behind its equals. When nothing can run, the idle thread halts the processor; it does
/// nothing else.</para>
/// <para>Time: there is no tick. The timer is set for the earliest deadline of a wait, or the end of the running thread's turn if that comes first; while the idle
/// thread rests there is no turn to end, so that nothing interrupts until somebody's time is up. See <see cref="ServeTimer"/>.</para>
/// <para>Waiting: a thread leaves the processor through <see cref="Block"/> and comes back through <see cref="Wake"/>. Signal, timeout, cancellation and death all end a wait
/// under the interrupt mask, after a look at the thread's state: the first one finds it waiting and decides the outcome, the
/// others find it decided and do nothing. That is the one point where a wait ends.</para>
/// <para>Inversion: while a thread waits for what others hold (a buffer, a mutex), they run at its priority at least: see <see cref="BoostHolders"/>.</para>
/// <para>One processor: holding interrupts off is the lock. Every masked section here takes constant time but for the timer queue's logarithm, and for boosts, which
/// take time in proportion to the number of threads there are.</para>
/// </remarks>
[AllocationFree]
public sealed unsafe partial class Scheduler
{
    /// <summary>The most threads there can ever be, the idle thread included.</summary>
    public const int MaxThreads = 128;

    /// <summary>Number of priorities: 0 (idle) to 31 (most important).</summary>
    public const int Priorities = 32;

    /// <summary>The most things that threads can wait for: pools, semaphores, mutexes, events.</summary>
    public const int MaxWaitQueues = 256;

    /// <summary>Processor time in nanoseconds that a thread may use before an equal gets its turn.</summary>
    public const ulong QuantumNanoseconds = 10 * Clock.NanosecondsPerMillisecond;

    /// <summary>The smallest stack in bytes.</summary>
    public const int SmallestStack = 8192;

    private const byte StackFill = 0xA5;

    private readonly Processor _processor;
    private readonly Clock _clock;
    private readonly ThreadBlock[] _blockMemory = GC.AllocateArray<ThreadBlock>(MaxThreads, pinned: true);
    private readonly ThreadBlock* _blocks;
    private readonly ThreadRings[] _readyMemory = GC.AllocateArray<ThreadRings>(1, pinned: true);
    private readonly ThreadRings* _ready;
    private readonly TimerQueue _timers = new();
    private readonly KernelThread[] _threads = new KernelThread[MaxThreads];
    private readonly WaitQueue[] _waitQueues = new WaitQueue[MaxWaitQueues];
    private readonly ThreadBlock* _idle;
    private readonly ulong _quantumCounts;
    private ulong _timerSetFor = Clock.Forever;
    private int _waitQueueCount;
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
        _quantumCounts = processor.TimestampFrequency / (Clock.NanosecondsPerSecond / QuantumNanoseconds);
        fixed (ThreadRings* ready = _readyMemory)
        {
            _ready = ready;
        }

        fixed (ThreadBlock* blocks = _blockMemory)
        {
            _blocks = blocks;
        }

        _idle = Enlist("idle", 0, body: null, default, restartLimit: 0).Block;
        processor.Running = (nuint)_idle;
        processor.Stamp = RenterStamp.WithOwner(processor.Timestamp, RenterStamp.Interrupt);
        Deaths = new Semaphore(this, "deaths", 0, MaxThreads);
        processor.ContextEntry = BeginThread;
    }

    /// <summary>The running thread's block. It lies in the processor, where every pool and semaphore reaches it without a detour.</summary>
    private ThreadBlock* Running => (ThreadBlock*)_processor.Running;

    /// <summary>The processor that is shared out.</summary>
    public Processor Processor => _processor;

    /// <summary>The clock that deadlines refer to.</summary>
    public Clock Clock => _clock;

    /// <summary>Threads ever created, ended ones included.</summary>
    public int ThreadCount { get; private set; }

    /// <summary>The running thread; in an interrupt handler, the one that was interrupted. Any context.</summary>
    public KernelThread Current => _threads[Running->Id];

    /// <summary>True between <see cref="EnterInterrupt"/> and <see cref="ExitInterrupt"/>. Any context.</summary>
    public bool InInterrupt => _inInterrupt;

    /// <summary>True after <see cref="Start"/>.</summary>
    public bool IsStarted => _started;

    /// <summary>Thread switches since boot. Any context.</summary>
    public ulong Switches
    {
        get
        {
            ulong switches = 0;
            for (int i = 0; i < ThreadCount; i++)
            {
                switches += _threads[i].Block->Switches;
            }

            return switches;
        }
    }

    /// <summary>A thread by its number. Any context.</summary>
    /// <param name="id">0 to <see cref="ThreadCount"/> - 1.</param>
    public KernelThread GetThread(int id) => _threads[id];

    /// <summary>A thread by its name; null if there is none. Any context.</summary>
    /// <param name="name">The name, in ASCII.</param>
    public KernelThread? FindThread(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < ThreadCount; i++)
        {
            if (AsciiName.Matches(_threads[i].Name, name))
            {
                return _threads[i];
            }
        }

        return null;
    }

    /// <summary>Makes a thread, ready to run. Boot context, or thread context while the managed heap is open; it validates everything before it changes anything.</summary>
    /// <param name="name">Its name, unique.</param>
    /// <param name="priority">1 to 31, 31 being the most important.</param>
    /// <param name="body">What it does. It is run again from its beginning, on the same stack, if the thread is restarted.</param>
    /// <param name="stack">Its stack, reserved by the memory manager; used by nobody else.</param>
    /// <param name="thread">The thread; null if it was refused.</param>
    /// <param name="restartLimit">How often the supervisor starts it again after a fault or a kill; after that, or with 0, its death is only reported.</param>
    /// <returns>Why it was refused, or <see cref="ThreadError.None"/>.</returns>
    [MayAllocate("boot")]
    public ThreadError CreateThread(string name, int priority, ThreadBody body, Region stack, [NotNull] out KernelThread? thread, int restartLimit = 0)
    {
        thread = null!;
        ThreadError error = Validate(name, priority, body, stack, restartLimit);
        if (error != ThreadError.None)
        {
            return error;
        }

        _processor.Mask();
        thread = Enlist(name, priority, body, stack, restartLimit);
        _processor.Unmask();
        stack.AsSpan().Fill(StackFill);
        Launch(thread);
        return ThreadError.None;
    }

    /// <summary>
    /// Lets the threads run. The caller becomes the idle thread and never comes back. Boot context, interrupts masked.
    /// </summary>
    public void Start()
    {
        _processor.MaskInterrupts();
        _started = true;
        _ready->Add(_idle);
        SetRenter(RenterStamp.OwnerOf(_idle));
        _processor.AdoptContext(&_idle->Context);
        while (true)
        {
            if (_ready->First == _idle)
            {
                _processor.WaitForInterrupt();
            }
            else
            {
                LeaveIdle();
                Reschedule();
            }
        }
    }

    /// <summary>The interrupt glue calls this first in every hardware interrupt, interrupts masked.</summary>
    public void EnterInterrupt()
    {
        _inInterrupt = true;
        _processor.Stamp = RenterStamp.WithOwner(_processor.Timestamp, RenterStamp.Interrupt);
    }

    /// <summary>The interrupt glue calls this last in every hardware interrupt, interrupts masked. Switches threads if it is time to.</summary>
    public void ExitInterrupt()
    {
        _inInterrupt = false;
        if (!_started)
        {
            return;
        }

        SetRenter(RenterStamp.OwnerOf(Running));
        if (_quantumOver)
        {
            _quantumOver = false;
            Running->TurnBegan = _processor.CountsOf(&Running->Context);
            if (Running->State == ThreadState.Ready)
            {
                _ready->Rotate(Running);
            }
        }

        ThreadBlock* next = _ready->First;
        ThreadBlock* self = Running;
        if (next != self)
        {
            if (self == _idle)
            {
                LeaveIdle();
            }

            KeepTurn(self);
            SwitchTo(_processor, self, next);
        }
    }

    /// <summary>
    /// The timer's interrupt handler calls this: ends waits whose time is up, looks at the running thread's turn, and sets the timer for what comes next. An interrupt that comes too early does no harm.
    /// </summary>
    /// <remarks>
    /// Time in proportion to the number of waits that end, times the logarithm of the number of those that go on. While a thread runs the timer comes at the end of its turn at the latest, even if it has
    /// no equal that is ready: one that becomes ready then need not set it, and what is done at each rental or signal is spared. So a busy processor takes one interrupt a quantum, an idle one none.
    /// </remarks>
    public void ServeTimer()
    {
        ulong now = _clock.Nanoseconds;
        while (_timers.Earliest <= now)
        {
            Wake(_timers.First, WaitResult.TimedOut);
        }

        ulong next = _timers.Earliest;
        if (_ready->First != _idle)
        {
            next = Math.Min(next, now + RestOfTurn());
        }

        SetTimer(next, now);
    }

    /// <summary>Lets equals run. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns><see cref="WaitResult.Signalled"/>, or <see cref="WaitResult.NotAllowedHere"/>.</returns>
    public WaitResult Yield(ThreadContext context)
    {
        Processor processor = _processor;
        processor.Mask();
        if (!MayWait(processor, context))
        {
            return Unmasked(WaitResult.NotAllowedHere);
        }

        ThreadBlock* self = context.Block;
        ThreadBlock* next = _ready->Rotate(self);
        self->TurnBegan = ThreadBlock.NewTurn;
        if (next == self)
        {
            return Unmasked(WaitResult.Signalled);
        }

        self->Context.Result = (ulong)WaitResult.Signalled;
        Enter(processor, next);
        return (WaitResult)processor.SwitchContextAndUnmask((ProcessorContext*)self, (ProcessorContext*)next);
    }

    /// <summary>Does nothing for a while. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="nanoseconds">At least how long; the end is rounded up to the timer's grain. 0 yields.</param>
    /// <returns><see cref="WaitResult.TimedOut"/> after the time, <see cref="WaitResult.Cancelled"/> or <see cref="WaitResult.NotAllowedHere"/>.</returns>
    public WaitResult Sleep(ThreadContext context, ulong nanoseconds)
    {
        if (nanoseconds == 0)
        {
            return Yield(context) == WaitResult.Signalled ? WaitResult.TimedOut : WaitResult.NotAllowedHere;
        }

        Processor processor = _processor;
        processor.Mask();
        return MayWait(processor, context) ? BlockWithCare(processor, null, nanoseconds) : Unmasked(WaitResult.NotAllowedHere);
    }

    /// <summary>Calls a thread's wait off. Any context, interrupt handlers included.</summary>
    /// <param name="thread">The thread.</param>
    /// <returns>False if it isn't waiting (any more).</returns>
    public bool CancelWait(KernelThread thread)
    {
        _processor.Mask();
        bool waits = thread.Block->State == ThreadState.Waiting;
        if (waits)
        {
            Wake(thread.Block, WaitResult.Cancelled);
            Preempt();
        }

        _processor.Unmask();
        return waits;
    }

    /// <summary>How much of a thread's stack has ever been used, in bytes. Thread context; reads the stack once.</summary>
    /// <param name="thread">The thread; the idle thread's boot stack isn't measured: 0.</param>
    public static int StackHighWater(KernelThread thread)
    {
        ReadOnlySpan<byte> stack = thread.Stack.AsSpan();
        int untouched = 0;
        while (untouched < stack.Length && stack[untouched] == StackFill)
        {
            untouched++;
        }

        return stack.Length - untouched;
    }

    /// <summary>What a thread waits for that waits: its queue's name; the time, or to be resumed, if in none.</summary>
    internal string NameOf(ThreadBlock* waiting)
    {
        ThreadRings* queue = waiting->Queue;
        return queue is not null ? _waitQueues[queue->Id].Name : waiting->TimerIndex == ThreadBlock.NotTimed ? "resumption" : "time";
    }

    /// <summary>Enters a queue in the table. Boot context.</summary>
    [MayAllocate("boot")]
    internal int Register(WaitQueue queue)
    {
        if (_waitQueueCount == MaxWaitQueues)
        {
            throw new InvalidOperationException("more things to wait for than Scheduler.MaxWaitQueues");
        }

        _waitQueues[_waitQueueCount] = queue;
        return _waitQueueCount++;
    }

    /// <summary>
    /// Whether the holder of a context may wait now. Interrupts masked. Not so with interrupts masked by the caller, which is how an interrupt handler and the boot code run, nor with another thread's
    /// context, the idle thread's, or none.
    /// </summary>
    /// <param name="processor">The processor, from a register.</param>
    /// <param name="context">The right to wait that was shown.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool MayWait(Processor processor, ThreadContext context)
    {
        return processor.IsMaskedOnce && (nuint)context.Block == processor.Running;
    }

    /// <summary>
    /// Puts the running thread to sleep until <see cref="Wake"/>. Interrupts masked; the caller has checked <see cref="MayWait"/>.
    /// </summary>
    /// <returns>What it was woken with.</returns>
    internal ulong Block(Processor processor, ThreadRings* queue, ulong timeoutNanoseconds)
    {
        var self = (ThreadBlock*)processor.Running;
        _ready->RemoveFirst(self);
        self->State = ThreadState.Waiting;
        self->Queue = queue;
        if (queue is not null)
        {
            queue->Add(self);
            queue->Count++;
            if (self->Priority > queue->Floor)
            {
                BoostHolders(queue, self->Priority);
            }
        }

        if (timeoutNanoseconds != Clock.Forever)
        {
            ulong now = _clock.Nanoseconds;
            self->Deadline = now + timeoutNanoseconds < now ? Clock.Forever : now + timeoutNanoseconds;
            _timers.Add(self);
            if (self->Deadline < _timerSetFor)
            {
                SetTimer(self->Deadline, now);
            }
        }

        SwitchTo(processor, self, _ready->First);
        return self->Context.Result;
    }

    /// <summary>The same, and then lifts the mask.</summary>
    internal WaitResult BlockAndUnmask(Processor processor, ThreadRings* queue, ulong timeoutNanoseconds)
    {
        var self = (ThreadBlock*)processor.Running;
        if (!IsPlain(self, queue, timeoutNanoseconds))
        {
            return BlockWithCare(processor, queue, timeoutNanoseconds);
        }

        ThreadBlock* next = BeginPlainWait(self, queue);
        Enter(processor, next);
        return (WaitResult)processor.SwitchContextAndUnmask((ProcessorContext*)self, (ProcessorContext*)next);
    }

    /// <summary>A wait with a deadline, for nothing but the time, or for what a less important thread holds.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WaitResult BlockWithCare(Processor processor, ThreadRings* queue, ulong timeoutNanoseconds)
    {
        var result = (WaitResult)Block(processor, queue, timeoutNanoseconds);
        processor.Unmask();
        return result;
    }

    /// <summary>Whether a wait needs no timer, and nobody has to be boosted for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsPlain(ThreadBlock* self, ThreadRings* queue, ulong timeoutNanoseconds)
    {
        return timeoutNanoseconds == Clock.Forever && self->Priority <= queue->Floor;
    }

    /// <summary>Takes the running thread off the ready ones and lets it wait, plainly (<see cref="IsPlain"/>). Interrupts masked.</summary>
    /// <returns>Who runs next.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ThreadBlock* BeginPlainWait(ThreadBlock* self, ThreadRings* queue)
    {
        ThreadBlock* next = _ready->RemoveFirst(self);
        self->State = ThreadState.Waiting;
        self->Queue = queue;
        queue->Add(self);
        queue->Count++;
        return next is null ? _ready->First : next;
    }

    /// <summary>
    /// Ends the wait of a thread that waits. Interrupts masked. The caller calls <see cref="Preempt"/> when it is done.
    /// </summary>
    internal void Wake(ThreadBlock* thread, WaitResult outcome) => WakeWith(thread, (ulong)outcome);

    /// <summary>The same, with any result.</summary>
    internal void WakeWith(ThreadBlock* thread, ulong result)
    {
        LeaveWait(thread);
        thread->Context.Result = result;
        thread->State = ThreadState.Ready;
        _ready->Add(thread);
    }

    /// <summary>Whether a thread that waits in a queue can be woken plainly: it has no deadline, and is no more important than the running one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool WakesPlainly(Processor processor, ThreadBlock* thread)
    {
        return thread->TimerIndex == ThreadBlock.NotTimed && thread->Priority <= ((ThreadBlock*)processor.Running)->Priority;
    }

    /// <summary><see cref="WakeWith"/> where each instruction counts: for one who <see cref="WakesPlainly"/>, while nobody is boosted who may hold what is waited for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void WakePlainly(ThreadRings* queue, ThreadBlock* thread, ulong result)
    {
        queue->Remove(thread);
        queue->Count--;
        thread->Queue = null;
        thread->Context.Result = result;
        thread->State = ThreadState.Ready;
        _ready->Add(thread);
    }

    /// <summary>
    /// Gives way to a more important thread, if there is one and this is the place. Interrupts masked. It is not while the caller had them masked itself: nobody else may run
    /// in its masked section, and the moment at which it lifts the mask makes up for it.
    /// </summary>
    internal void Preempt()
    {
        if (_processor.IsMaskedOnce && _started)
        {
            Reschedule();
        }
        else
        {
            PreemptLater();
        }
    }

    /// <summary>Gives way when the caller lifts its mask; the end of an interrupt does it anyway.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PreemptLater()
    {
        if (_started && !_inInterrupt && _ready->First != Running)
        {
            _processor.RequestInterruptEnd();
        }
    }

    /// <summary>Sets the timer. Interrupts masked.</summary>
    private void SetTimer(ulong deadline, ulong now)
    {
        _timerSetFor = deadline;
        if (deadline != Clock.Forever)
        {
            _processor.SetTimer(deadline - now);
        }
    }

    /// <summary>A thread is about to run after a rest: sees to it that its turn will end. Interrupts masked.</summary>
    private void LeaveIdle()
    {
        ulong now = _clock.Nanoseconds;
        if (_timerSetFor > now + QuantumNanoseconds)
        {
            SetTimer(now + QuantumNanoseconds, now);
        }
    }

    /// <summary>Nanoseconds until the running thread's turn should be looked at again; if it is over, that is noted. In the timer's interrupt.</summary>
    private ulong RestOfTurn()
    {
        KeepTurn(Running);
        ulong used = _processor.CountsOf(&Running->Context) - Running->TurnBegan;
        if (used < _quantumCounts)
        {
            return _clock.ToNanoseconds(_quantumCounts - used);
        }

        _quantumOver = true;
        return QuantumNanoseconds;
    }

    /// <summary>Takes a thread out of everything that could end its wait. Interrupts masked.</summary>
    private void LeaveWait(ThreadBlock* thread)
    {
        ThreadRings* queue = thread->Queue;
        if (queue is not null)
        {
            queue->Remove(thread);
            queue->Count--;
            thread->Queue = null;
            if (_anyBoosted && queue->Held is not null)
            {
                ReleaseBoosts(queue);
            }
        }

        if (thread->TimerIndex != ThreadBlock.NotTimed)
        {
            _timers.Remove(thread);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WaitResult Unmasked(WaitResult result)
    {
        _processor.Unmask();
        return result;
    }

    private ThreadError Validate(string name, int priority, ThreadBody? body, Region stack, int restartLimit)
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

        if (restartLimit < 0)
        {
            return ThreadError.RestartLimitOutOfRange;
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

    [MayAllocate("boot")]
    private KernelThread Enlist(string name, int priority, ThreadBody? body, Region stack, int restartLimit)
    {
        ThreadBlock* block = _blocks + ThreadCount;
        block->Id = ThreadCount;
        block->Owner = (byte)(ThreadCount + 1);
        block->SetPriority(priority);
        block->BasePriority = priority;
        block->TimerIndex = ThreadBlock.NotTimed;
        block->State = body is null ? ThreadState.Ready : ThreadState.Ended;
        var thread = new KernelThread(this, name, block, body, stack, restartLimit);
        _threads[ThreadCount++] = thread;
        return thread;
    }

    /// <summary>Puts a thread that has not begun, or has ended, at the beginning of its body.</summary>
    private void Launch(KernelThread thread)
    {
        ThreadBlock* block = thread.Block;
        _processor.PrepareContext(&block->Context, block->Id, thread.Stack.Start, thread.Stack.Bytes);
        _processor.Mask();
        thread.End = ThreadEnd.None;
        block->SetPriority(block->BasePriority);
        _boosted.Remove(block->Id);
        _anyBoosted = !_boosted.IsEmpty;
        block->TurnBegan = block->Context.Counts;
        block->State = ThreadState.Ready;
        _ready->Add(block);
        Preempt();
        _processor.Unmask();
    }

    /// <summary>Lets the first of the most important threads run, if that isn't the running one. Interrupts masked, before and after.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reschedule()
    {
        ThreadBlock* next = _ready->First;
        ThreadBlock* self = Running;
        if (next != self)
        {
            KeepTurn(self);
            SwitchTo(_processor, self, next);
        }
    }

    /// <summary>A turn that began when the running thread was given the processor is not over because another one takes it away, or the timer looks.</summary>
    private static void KeepTurn(ThreadBlock* self)
    {
        if (self->TurnBegan == ThreadBlock.NewTurn)
        {
            self->TurnBegan = self->Context.Counts;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SwitchTo(Processor processor, ThreadBlock* leaving, ThreadBlock* entering)
    {
        Enter(processor, entering);
        processor.SwitchContext((ProcessorContext*)leaving, (ProcessorContext*)entering);
    }

    /// <summary>Lets a thread have the processor: all but the switch itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Enter(Processor processor, ThreadBlock* entering)
    {
        entering->Switches = entering->Switches + 1;
        processor.Running = (nuint)entering;
        RenterStamp.SetOwner(ref processor.Stamp, entering->Owner);
    }

    /// <summary>Says in whose name a buffer is rented from now on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void SetRenter(byte owner) => RenterStamp.SetOwner(ref _processor.Stamp, owner);

    /// <summary>Where every thread begins.</summary>
    [MayAllocate("a thread's own code may, in its scratch arena")]
    private void BeginThread(int id)
    {
        KernelThread self = _threads[id];
        _processor.EnableInterrupts();
        self.Body!.Run(new ThreadContext(self));
        EndCurrent(ThreadEnd.Returned);
    }
}
