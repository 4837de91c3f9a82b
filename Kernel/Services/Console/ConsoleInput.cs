using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Console;

/// <summary>
/// Bytes typed on the serial line and the keyboard, in order: a ring between their interrupt handlers and the shell.
/// </summary>
/// <remarks>
/// While the shell waits for a key its thread also shows the messages of the kernel's other threads (<see cref="KernelLog"/>): a message
/// that waits to be shown looks like the key that asks for the line to be drawn again. Typed bytes come first. When the ring is full, what
/// is typed is lost and counted.
/// </remarks>
public sealed class ConsoleInput : ShellInput
{
    /// <summary>Bytes that the ring holds.</summary>
    public const int Capacity = 1024;

    private const byte Redraw = 0x0C;

    private readonly byte[] _ring = new byte[Capacity];
    private readonly Scheduler _scheduler;
    private readonly Semaphore _available;

    /// <summary>Bytes ever added; written with interrupts masked.</summary>
    private uint _head;

    /// <summary>Bytes ever taken; written by the shell's thread.</summary>
    private uint _tail;

    /// <summary>Makes an empty ring. Boot context.</summary>
    /// <param name="scheduler">Its threads wait for what is typed.</param>
    public ConsoleInput(Scheduler scheduler)
    {
        _scheduler = scheduler;
        _available = new Semaphore(scheduler, "input", 0, 1);
        Log = new KernelLog(scheduler, _available);
    }

    /// <summary>The kernel's messages.</summary>
    public KernelLog Log { get; }

    /// <summary>Bytes that were lost because the ring was full. Any context.</summary>
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
        value = 0;
        while (System.Threading.Volatile.Read(ref _head) == _tail)
        {
            if (Log.HasPending)
            {
                value = Redraw;
                return true;
            }

            // The semaphore only wakes: it may be left over from a byte that was taken without waiting.
            if (_available.Wait(context) != WaitResult.Signalled)
            {
                return false;
            }
        }

        value = _ring[_tail % Capacity];
        System.Threading.Volatile.Write(ref _tail, _tail + 1);
        return true;
    }

    /// <inheritdoc/>
    public override void ShowMessages(TextOutput output) => Log.ShowPending(output);
}
