using Cosmos.Common;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Shell.Commands;

/// <summary><c>threads</c>: one line for each thread.</summary>
public sealed class ThreadsCommand : ShellCommand
{
    private const int StackWidth = 13;
    private readonly Scheduler _scheduler;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="scheduler">Knows the threads.</param>
    public ThreadsCommand(Scheduler scheduler)
        : base("threads", "threads", "one line a thread: state, time, stack")
    {
        _scheduler = scheduler;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        output.WriteLine("id name                prio state     cpu ms switches    stack used waits for"u8);
        for (int i = 0; i < _scheduler.ThreadCount; i++)
        {
            KernelThread thread = _scheduler.GetThread(i);
            ulong milliseconds = thread.CpuNanoseconds / Clock.NanosecondsPerMillisecond;
            output.Write(
                $"{thread.Id,2} {thread.Name,-19} {thread.Priority,4} {ThreadText.Of(thread),-8} {milliseconds,7} {thread.Switches,8} ");
            WriteStack(thread, output);
            output.WriteLine($" {thread.WaitingFor}");
        }

        return CommandResult.Done;
    }

    private static void WriteStack(KernelThread thread, TextOutput output)
    {
        if (thread.Stack.IsEmpty)
        {
            output.Write($"{"boot stack",StackWidth}");
        }
        else
        {
            output.Write($"{Scheduler.StackHighWater(thread),6}/{thread.Stack.Bytes,-6}");
        }
    }
}
