using Cosmos.Common;
using Cosmos.Core.Runtime;
using Reservoir.Threads;

namespace Reservoir.Console;

/// <summary>
/// Bytes typed on the serial line and the keyboard, in order: a ring between their interrupt handlers and the shell.
/// </summary>
/// <remarks>
/// While the shell waits for a key, its thread also shows what the kernel's other threads have to say (<see cref="KernelLog"/>): news look
/// like the key that
/// asks for the line to be drawn again. When the ring is full, what is typed is lost and counted.
/// </remarks>
public sealed class ConsoleInput : ShellInput
{
    private const int Capacity = 1024;
    private const byte Redraw = 0x0C;
    private const byte Return = (byte)'\r';

    private readonly byte[] _ring = new byte[Capacity];
    private readonly Scheduler _scheduler;
    private readonly Semaphore _available;
    private uint _head;
    private uint _tail;
    private bool _lineEnded = true;

    /// <summary>Makes an empty ring. Boot context.</summary>
    /// <param name="scheduler">Whose thread will wait.</param>
    public ConsoleInput(Scheduler scheduler)
    {
        _scheduler = scheduler;
        _available = new Semaphore(scheduler, "input", 0, 1);
        Log = new KernelLog(scheduler, _available);
    }

    /// <summary>What the kernel has to say.</summary>
    public KernelLog Log { get; }

    /// <summary>Bytes that were lost because nobody read.</summary>
    public ulong Lost { get; private set; }

    /// <summary>Adds a byte. Interrupt or boot context.</summary>
    /// <param name="value">The byte.</param>
    [AllocationFree]
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

    /// <inheritdoc/>
    public override bool TryRead(ThreadContext context, out byte value)
    {
        if (_lineEnded)
        {
            ManagedHeap.ResetScratch();
        }

        value = 0;
        while (System.Threading.Volatile.Read(ref _head) == _tail)
        {
            if (Log.HasNews)
            {
                value = Redraw;
                return true;
            }

            if (_available.Wait(context) != WaitResult.Signalled)
            {
                return false;
            }
        }

        value = _ring[_tail % Capacity];
        System.Threading.Volatile.Write(ref _tail, _tail + 1);
        _lineEnded = value == Return;
        return true;
    }

    /// <inheritdoc/>
    public override void ShowNews(TextOutput output) => Log.ShowNews(output);
}
