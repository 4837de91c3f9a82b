using System;
using Reservoir.Threads;

namespace Reservoir.Shell;

/// <summary>Words for what a thread is doing. Any context.</summary>
public static class ThreadText
{
    /// <summary>One word.</summary>
    /// <param name="thread">The thread.</param>
    public static ReadOnlySpan<byte> Of(KernelThread thread) => thread.State switch
    {
        ThreadState.Ready => "ready"u8,
        ThreadState.Running => "running"u8,
        ThreadState.Waiting => "waiting"u8,
        _ => thread.End switch
        {
            ThreadEnd.Faulted => "FAULTED"u8,
            ThreadEnd.Killed => "KILLED"u8,
            _ => "ended"u8,
        },
    };
}
