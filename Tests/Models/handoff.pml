/*
 * The hand-off of a pool whose callers may wait: what Kernel/Core/Pools/BlockingPool.cs and Kernel/Core/Threads/Scheduler.cs do, as a model
 * for Spin.
 *
 * One processor. A thread's masked section is one step (atomic): nothing else runs in it. Between two of its sections anything may: an
 * interrupt, or any other thread (of which preemption by priority is a part). The sections are those of the kernel: a rental that finds a
 * buffer or queues up, a return that hands over or frees, the timer's tick, a cancellation, a death, and the supervisor, which takes back
 * what the dead held.
 *
 * A variant that is wrong on purpose is made with one of
 *   -DBROKEN_GAP       the pool is found empty in one section and the thread queues up in another
 *   -DBROKEN_WAKE      a return wakes the waiter and leaves the buffer free, for the waiter to take
 *   -DBROKEN_TWICE     a return serves a thread again that was served, and has not run since
 *   -DBROKEN_TIMEOUT   the tick ends a wait without taking the thread out of the queue
 *   -DBROKEN_DEATH     nobody takes back what the dead held
 *   -DBROKEN_ORDER     a buffer is given to any waiter
 */

#ifndef BUFFERS
#define BUFFERS 2
#endif
#ifndef INTERRUPTS
#define INTERRUPTS 2
#endif
#define THREADS 3
#define NOBODY THREADS
#ifndef ROUNDS
#define ROUNDS 1
#endif

mtype = { Running, Waiting, Ended };
mtype = { None, Handed, TimedOut, Cancelled, Died };

/* Of each thread: 2 is the most important; 0 and 1 are equals. */
#define PRIORITY(t) ((t) == 2 -> 1 : 0)

mtype state[THREADS] = Running;
mtype outcome[THREADS] = None;
byte ends[THREADS];          /* how often the current wait has ended */
bool timed[THREADS];         /* the current wait has a deadline */
bool queued[THREADS];        /* stands in the pool's queue */
byte arrival[THREADS];       /* place in it: 1 came first */
byte has[THREADS];           /* buffers that the pool has on record as the thread's */
byte knows[THREADS];         /* buffers that the thread was told of */
bool alive[THREADS] = true;
bool settled[THREADS];       /* the supervisor has been there */
byte free = BUFFERS;
byte handler;                /* buffers that the interrupt handlers have */
byte interrupts;             /* that have come */
bool owed[THREADS];          /* a buffer was returned while the thread was first in the queue, and it has not been told yet */
byte waiters;

/* The first in the queue: the most important, among equals the one that came first. */
inline findFirst(who)
{
    who = NOBODY;
    byte i = 0;
    do
    :: i < THREADS ->
        if
        :: queued[i] && (who == NOBODY || PRIORITY(i) > PRIORITY(who)
            || (PRIORITY(i) == PRIORITY(who) && arrival[i] < arrival[who])) -> who = i
        :: else
        fi;
        i++
    :: else -> break
    od;
    i = 0
}

inline enqueue(t)
{
    waiters++;
    queued[t] = true;
    arrival[t] = waiters
}

/* Those behind move up, so that the numbers stay small. */
inline dequeue(t)
{
    byte k = 0;
    do
    :: k < THREADS ->
        if
        :: queued[k] && arrival[k] > arrival[t] -> arrival[k]--
        :: else
        fi;
        k++
    :: else -> break
    od;
    k = 0;
    queued[t] = false;
    arrival[t] = 0;
    waiters--
}

/* Scheduler.Wake: the one place where a wait ends. */
inline wake(t, how)
{
    if
    :: queued[t] -> dequeue(t)
    :: else
    fi;
    outcome[t] = how;
    ends[t]++;
    assert(ends[t] == 1);
    timed[t] = false;
    state[t] = Running
}

/* BufferPool.Return, after the handle was found good and the record says that the buffer is nobody's. */
inline giveBack()
{
    byte first;
    findFirst(first);
#ifdef BROKEN_TWICE
    if
    :: first == NOBODY && ends[0] == 1 && alive[0] -> first = 0
    :: else
    fi;
#endif
    if
    :: first == NOBODY -> free++
    :: else ->
        owed[first] = true;
#ifdef BROKEN_ORDER
        if
        :: queued[0] -> first = 0
        :: queued[1] -> first = 1
        :: queued[2] -> first = 2
        fi;
#endif
#ifdef BROKEN_WAKE
        free++;
        wake(first, None)
#else
        has[first]++;
        wake(first, Handed)
#endif
    fi;
    first = 0
}

/* Nothing is lost, nothing is there twice, nobody waits for what is free. True between any two sections. */
inline checkBooks()
{
    assert(free + handler + has[0] + has[1] + has[2] == BUFFERS);
    assert(knows[0] <= has[0] && knows[1] <= has[1] && knows[2] <= has[2]);
    assert(free == 0 || waiters == 0);
    assert(!queued[0] || state[0] == Waiting);
    assert(!queued[1] || state[1] == Waiting);
    assert(!queued[2] || state[2] == Waiting)
}

proctype Worker(byte me)
{
    byte round;
    bool brief;
    do
    :: round < ROUNDS && alive[me] ->
        round++;
        /* Rents, for ever or for a while. */
        if
        :: brief = true
        :: brief = false
        fi;
#ifdef BROKEN_GAP
        atomic { alive[me] -> skip };
        if
        :: atomic { alive[me] && free > 0 -> free--; has[me]++; knows[me]++; checkBooks() }
        :: atomic { alive[me] && free == 0 -> skip };
            atomic { alive[me] -> outcome[me] = None; ends[me] = 0; timed[me] = brief; state[me] = Waiting; enqueue(me); checkBooks() }
        :: !alive[me] -> break
        fi;
#else
        atomic {
            if
            :: !alive[me]
            :: alive[me] && free > 0 -> free--; has[me]++; knows[me]++
            :: alive[me] && free == 0 ->
                outcome[me] = None;
                ends[me] = 0;
                timed[me] = brief;
                state[me] = Waiting;
                enqueue(me)
            fi;
            checkBooks()
        }
#endif
        /* Comes back from the wait, if it was one, and is told how it ended. */
        if
        :: atomic { alive[me] && state[me] == Running && ends[me] == 1 ->
            ends[me] = 0;
            if
            :: outcome[me] == Handed -> knows[me]++; owed[me] = false
            :: else
            fi;
            assert(knows[me] == has[me]);
            outcome[me] = None;
            checkBooks() }
        :: atomic { alive[me] && state[me] == Running && ends[me] == 0 -> skip }
        :: !alive[me] -> break
        fi;
        /* Returns what it has; a thread that has nothing goes on. */
        if
        :: atomic { alive[me] && knows[me] > 0 -> knows[me]--; has[me]--; giveBack(); checkBooks() }
        :: atomic { alive[me] && knows[me] == 0 -> skip }
        :: !alive[me] -> break
        fi
    :: else -> break
    od
}

/* The timer and a device: as many as may come. */
proctype Interrupt()
{
    byte t;
    do
    :: atomic { interrupts < INTERRUPTS ->
        interrupts++;
        select(t : 0 .. 2);
        if
        :: skip
        :: free > 0 -> free--; handler++
        :: handler > 0 -> handler--; giveBack()
        :: state[t] == Waiting && alive[t] -> wake(t, Cancelled)
        :: alive[t] ->
            /* Scheduler.Kill: out of the queue, never to run again. */
            if
            :: state[t] == Waiting -> wake(t, Died)
            :: else
            fi;
            alive[t] = false;
            owed[t] = false;
            state[t] = Ended;
            knows[t] = 0
        fi;
        checkBooks() }
    :: interrupts == INTERRUPTS -> break
    od;
    /* Devices are done in the end. */
    do
    :: atomic { handler > 0 -> handler--; giveBack(); checkBooks() }
    :: else -> break
    od
}

inline expire(t)
{
#ifdef BROKEN_TIMEOUT
    outcome[t] = TimedOut;
    ends[t]++;
    timed[t] = false;
    state[t] = Running;
#else
    wake(t, TimedOut);
#endif
    checkBooks()
}

/* Deadlines pass without counting as interrupts: each wait has at most one. */
active proctype Timer()
{
end:
    do
    :: atomic { state[0] == Waiting && timed[0] -> expire(0) }
    :: atomic { state[1] == Waiting && timed[1] -> expire(1) }
    :: atomic { state[2] == Waiting && timed[2] -> expire(2) }
    od
}

/* Takes back what the dead held, one after the other. */
active proctype Supervisor()
{
end:
    do
#ifndef BROKEN_DEATH
    :: atomic { !alive[0] && has[0] > 0 -> has[0]--; giveBack(); checkBooks() }
    :: atomic { !alive[1] && has[1] > 0 -> has[1]--; giveBack(); checkBooks() }
    :: atomic { !alive[2] && has[2] > 0 -> has[2]--; giveBack(); checkBooks() }
#endif
    :: false
    od
}

init
{
    atomic {
        run Worker(0);
        run Worker(1);
        run Worker(2);
        run Interrupt()
    }
}

/* A buffer that is returned reaches the one whose turn it was, unless that one dies first. */
ltl handed0 { [] (owed[0] -> <> !owed[0]) }
ltl handed1 { [] (owed[1] -> <> !owed[1]) }
ltl handed2 { [] (owed[2] -> <> !owed[2]) }

/* A wait with a deadline comes to an end. */
ltl timely { [] (timed[0] -> <> !timed[0]) }
