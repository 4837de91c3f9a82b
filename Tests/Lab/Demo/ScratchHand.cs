using Cosmos.Core.Runtime;
using Reservoir.Threads;

namespace Reservoir.Demo;

/// <summary>
/// Asks for one object more in another thread's scratch arena, in that thread's stead: if the arena is full the asker dies, and the
/// supervisor starts it again. It sleeps except for that.
/// </summary>
public sealed class ScratchHand : ThreadBody
{
    /// <summary>Its name in the plan.</summary>
    public const string ThreadName = "demo-scratch";

    private const int ObjectBytes = 64;

    private readonly Semaphore _go;
    private nuint _scratch;
    private object? _object;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="scheduler">Whose thread will run it.</param>
    public ScratchHand(Scheduler scheduler)
    {
        _go = new Semaphore(scheduler, "scratch", 0, 1);
    }

    /// <summary>How often it got its object.</summary>
    public ulong Made { get; private set; }

    /// <summary>Has it ask. Thread context; the caller must not allocate until it has, or has died.</summary>
    /// <param name="scratch">The arena.</param>
    public void Begin(nuint scratch)
    {
        _scratch = scratch;
        _go.Release();
    }

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        while (_go.Wait(context) == WaitResult.Signalled)
        {
            ManagedHeap.ShareScratch(_scratch);
            _object = new byte[ObjectBytes];
            Made += _object is not null ? 1u : 0u;
            _object = null;
            ManagedHeap.ShareScratch(0);
        }
    }
}
