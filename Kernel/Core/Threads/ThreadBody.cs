namespace Reservoir.Threads;

/// <summary>What a thread does. An object of this class is made at boot and runs on one thread.</summary>
public abstract class ThreadBody
{
    /// <summary>The thread's whole life; returning ends the thread. Thread context, interrupts enabled.</summary>
    /// <param name="context">The right to wait, to be handed to whatever blocks.</param>
    public abstract void Run(ThreadContext context);
}
