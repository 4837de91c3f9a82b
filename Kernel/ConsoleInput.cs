using Reservoir.Threads;

namespace Reservoir;

/// <summary>
/// Bytes typed on the serial line and the keyboard, in order: a ring between their interrupt handlers and the shell.
/// </summary>
/// <remarks>When it is full, what is typed is lost and counted. Constant time, no allocation.</remarks>
internal sealed class ConsoleInput
{
    private const int Capacity = 1024;

    private readonly byte[] _ring = new byte[Capacity];
    private readonly Scheduler _scheduler;
    private readonly Semaphore _available;
    private uint _head;
    private uint _tail;

    /// <summary>Makes an empty ring. Boot context.</summary>
    /// <param name="scheduler">Whose thread will wait.</param>
    public ConsoleInput(Scheduler scheduler)
    {
        _scheduler = scheduler;
        _available = new Semaphore(scheduler, "input", 0, 1);
    }

    /// <summary>Bytes that were lost because nobody read.</summary>
    public ulong Lost { get; private set; }

    /// <summary>Adds a byte. Interrupt or boot context.</summary>
    /// <param name="value">The byte.</param>
    public void Add(byte value)
    {
        nuint state = _scheduler.Processor.MaskInterrupts();
        if (_head - _tail == Capacity)
        {
            Lost++;
        }
        else
        {
            _ring[_head++ % Capacity] = value;
            _available.Release();
        }

        _scheduler.Processor.RestoreInterrupts(state);
    }

    /// <summary>Takes the next byte, waiting for it. One thread only.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="value">The byte.</param>
    /// <returns>False if the wait was called off.</returns>
    public bool TryRead(ThreadContext context, out byte value)
    {
        value = 0;
        while (System.Threading.Volatile.Read(ref _head) == _tail)
        {
            if (_available.Wait(context) != WaitResult.Signalled)
            {
                return false;
            }
        }

        value = _ring[_tail % Capacity];
        System.Threading.Volatile.Write(ref _tail, _tail + 1);
        return true;
    }
}
