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
/// <para>The running thread stays at the head of its priority's ring. A thread that becomes ready goes to the end of its ring; if it is
/// more important than the running one, that one steps aside at once (or, if an interrupt woke it, when the interrupt handler is done) and
/// keeps its place. A thread that has used its <see cref="QuantumNanoseconds"/> goes behind its equals. When nothing can run, the idle
/// thread halts the processor; it does nothing else.</para>
/// <para>Time: there is no tick. The timer is set for the earliest deadline of a wait, or the end of the running thread's turn if that
/// comes first; while the idle thread rests there is no turn to end, so that nothing interrupts until the next deadline. See
/// <see cref="ServeTimer"/>.</para>
/// <para>Waiting: a thread leaves the processor through <see cref="Block"/> and comes back through <see cref="Wake"/>. Signal, timeout,
/// cancellation and death all end a wait under the interrupt mask, after a look at the thread's state: the first one finds it waiting and
/// decides the outcome, the others find it decided and do nothing. That is the one point where a wait ends.</para>
/// <para>Inversion: while a thread waits for what others hold (a buffer, a mutex), they run at its priority at least: see
/// <see cref="BoostHolders"/>.</para>
/// <para>One processor: holding interrupts off is the lock. Every masked section here takes constant time but for the timer queue's
/// logarithm, and for boosts, which take time in proportion to the number of threads there are.</para>
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

    private const int IdlePriority = 0;
    private const byte StackFill = 0xA5;

    private readonly Processor _processor;
    private readonly Clock _clock;
    private readonly ThreadBlock[] _blockMemory = GC.AllocateArray<ThreadBlock>(MaxThreads, pinned: true);
    private readonly ThreadBlock* _blocks;
    private readonly ThreadRings[] _readyMemory = GC.AllocateArray<ThreadRings>(1, pinned: true);
    private readonly ThreadRings* _ready;
    private TimerQueue _timers = new();
    private readonly KernelThread[] _threads = new KernelThread[MaxThreads];
    private readonly WaitQueue[] _waitQueues = new WaitQueue[MaxWaitQueues];
    private readonly ThreadBlock* _idle;
    private readonly ulong _quantumCounts;
    private ulong _timerSetFor = Clock.Forever;
    private int _waitQueueCount;
    private bool _started;
    private bool _inInterrupt;
    private bool _quantumOver;

    /// <summary>Makes a scheduler whose only thread is the caller; the caller will be the idle thread. Boot context.</summary>
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

        _idle = Enlist("idle", IdlePriority, body: null, default, restartLimit: 0).Block;
        _threads[_idle->Id].IsBackground = true;
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

    /// <summary>True after <see cref="Start"/>.</summary>
    public bool IsStarted => _started;

    /// <summary>Thread switches since boot. Any context.</summary>
    public ulong Switches => CountSwitches(withBackground: true);

    /// <summary>Switches to threads that have something to do (<see cref="KernelThread.IsBackground"/>), since boot: while there is none
    /// the system is idle. Any context.</summary>
    public ulong ForegroundSwitches => CountSwitches(withBackground: false);

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

    /// <summary>Makes a thread, ready to run. Boot context, or thread context while the managed heap is open; it validates everything
    /// before it changes anything.</summary>
    /// <param name="name">Its name, unique.</param>
    /// <param name="priority">1 to 31, 31 being the most important.</param>
    /// <param name="body">What it does. It is run again from its beginning, on the same stack, if the thread is restarted.</param>
    /// <param name="stack">Its stack, reserved by the memory manager; used by no other thread.</param>
    /// <param name="thread">The thread; null if it was refused.</param>
    /// <param name="restartLimit">How often the supervisor starts it again after a fault or a kill; after that, or with 0, its death is
    /// only reported.</param>
    /// <returns>Why it was refused, or <see cref="ThreadError.None"/>.</returns>
    [MayAllocate("boot")]
    public ThreadError CreateThread(string name, int priority, ThreadBody body, Region stack, [NotNull] out KernelThread? thread,
        int restartLimit = 0)
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
                LeaveIdle(_processor.Timestamp);
                Reschedule();
            }
        }
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

    private ulong CountSwitches(bool withBackground)
    {
        ulong switches = 0;
        for (int i = 0; i < ThreadCount; i++)
        {
            switches += withBackground || !_threads[i].IsBackground ? _threads[i].Switches : 0;
        }

        return switches;
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
