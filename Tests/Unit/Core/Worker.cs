using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Reservoir.Tests.Unit.Core;

/// <summary>An operating system thread that does one piece of work after another: making a new one for each would take longer than most of
/// what is tested on it.</summary>
internal sealed class Worker
{
    private static readonly ConcurrentBag<Worker> s_idle = new();
    private readonly AutoResetEvent _begin = new(initialState: false);
    private readonly AutoResetEvent _end = new(initialState: false);
    private Action? _work;

    private Worker()
    {
        new Thread(Run) { IsBackground = true }.Start();
    }

    /// <summary>Has a piece of work done on a thread of its own. It must not throw.</summary>
    public static Worker Start(Action work)
    {
        Worker worker = s_idle.TryTake(out Worker? idle) ? idle : new Worker();
        worker._work = work;
        worker._begin.Set();
        return worker;
    }

    /// <summary>Waits until the work is done. Once for each start.</summary>
    public void AwaitEnd()
    {
        _end.WaitOne();
        s_idle.Add(this);
    }

    private void Run()
    {
        while (true)
        {
            _begin.WaitOne();
            _work!();
            _end.Set();
        }
    }
}
