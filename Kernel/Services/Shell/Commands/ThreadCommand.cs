using System;
using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>thread</c>: everything about one thread, and its death.</summary>
public sealed class ThreadCommand : ShellCommand
{
    private readonly Scheduler _scheduler;
    private readonly PoolRegistry _pools;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="scheduler">Knows the threads.</param>
    /// <param name="pools">Knows what they have rented.</param>
    public ThreadCommand(Scheduler scheduler, PoolRegistry pools)
        : base("thread", "thread NAME [kill]", "one thread: state, buffers; or ends it")
    {
        _scheduler = scheduler;
        _pools = pools;
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

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (verb.IsEmpty)
        {
            Describe(thread, output);
        }
        else
        {
            Kill(thread, output);
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
