using System;
using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.SelfTest;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>thread</c>: everything about one thread, and its death.</summary>
public sealed class ThreadCommand : ShellCommand
{
    private readonly Scheduler _scheduler;
    private readonly PoolRegistry _pools;
    private readonly ThreadKiller _killer;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="scheduler">Knows the threads.</param>
    /// <param name="pools">Knows what they have rented.</param>
    /// <param name="killer">Kills more than once.</param>
    public ThreadCommand(Scheduler scheduler, PoolRegistry pools, ThreadKiller killer)
        : base("thread", "thread NAME [kill [TIMES]]", "one thread: state, buffers; or ends it")
    {
        _scheduler = scheduler;
        _pools = pools;
        _killer = killer;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> name = arguments.Next();
        KernelThread? thread = _scheduler.FindThread(name);
        if (thread is null)
        {
            return Refuse(output, name, "the name of a thread (see 'threads')");
        }

        ReadOnlySpan<byte> verb = arguments.Next();
        if (!verb.IsEmpty && !verb.SequenceEqual("kill"u8))
        {
            return Refuse(output, verb, "kill");
        }

        ReadOnlySpan<byte> word = arguments.Next();
        ulong times = 0;
        if (!word.IsEmpty && (!CommandArguments.TryParse(word, out times) || times is 0 or > ThreadKiller.MostTimes))
        {
            return Refuse(output, word, "how often, 1 to 500");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (verb.IsEmpty)
        {
            Describe(thread, output);
        }
        else if (times == 0)
        {
            Kill(thread, output);
        }
        else
        {
            KillRepeatedly(thread, (int)times, output);
        }

        return CommandResult.Done;
    }

    private void Describe(KernelThread thread, TextOutput output)
    {
        Span<byte> scratch = stackalloc byte[TimeText.MaximumLength];
        output.WriteLine(
            $"{thread.Name}: number {thread.Id}, priority {thread.Priority} (its own: {thread.BasePriority}), {ThreadText.Of(thread)}");
        output.WriteLine($"processor: {TimeText.Seconds(thread.CpuNanoseconds, scratch)} s in {thread.Switches} turns");
        output.WriteLine($"restarts:  {thread.Restarts} of {thread.RestartLimit}");
        if (thread.WaitingFor is { } reason)
        {
            output.WriteLine($"waits for: {reason}");
        }

        for (int i = 0; i < _pools.PoolCount; i++)
        {
            BufferPool pool = _pools.GetPool(i);
            int rented = pool.CountRentedBy(thread.Id);
            if (rented != 0)
            {
                output.WriteLine($"has:       {rented} of {pool.Name}");
            }
        }
    }

    private void KillRepeatedly(KernelThread thread, int times, TextOutput output)
    {
        if (_killer.Begin(thread, times))
        {
            output.WriteLine($"{thread.Name} will be killed {times} times, wherever it is; a message tells when that is over");
        }
        else
        {
            output.WriteLine("thread: the killer is busy with another thread"u8);
        }
    }

    private void Kill(KernelThread thread, TextOutput output)
    {
        if (thread == _scheduler.Current)
        {
            output.WriteLine("this is the shell's own thread; its supervisor starts it again"u8);
        }

        switch (_scheduler.Kill(thread))
        {
            case KillError.None:
                output.WriteLine($"{thread.Name} is dead; 'log' tells what became of it");
                break;
            case KillError.Ended:
                output.WriteLine($"{thread.Name} was dead already");
                break;
            default:
                output.WriteLine($"thread: {thread.Name} can't be killed: the system can't do without it");
                break;
        }
    }
}
