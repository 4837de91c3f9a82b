using System;
using System.Runtime.CompilerServices;
using Reservoir.Threads;

namespace Reservoir.Lab.Victims;

/// <summary>
/// A thread that sleeps until it is told to make its mistake, and dies of it: to see that it dies alone, and what the report says. One for
/// each <see cref="FaultKind"/>.
/// </summary>
public sealed class Victim : ParkedWorker
{
    private readonly int[] _numbers = new int[4];
    private string? _nothing;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="scheduler">Whose thread will run it.</param>
    /// <param name="kind">The mistake.</param>
    public Victim(Scheduler scheduler, FaultKind kind)
        : base(scheduler, NameOf(kind))
    {
        Kind = kind;
        Name = NameOf(kind);
    }

    /// <summary>The mistake.</summary>
    public FaultKind Kind { get; }

    /// <summary>The thread's name in the plan.</summary>
    public string Name { get; }

    /// <summary>The thread; set after it was created.</summary>
    public KernelThread? Thread { get; set; }

    /// <summary>The name of the thread for a mistake.</summary>
    /// <param name="kind">The mistake.</param>
    public static string NameOf(FaultKind kind) => kind switch
    {
        FaultKind.Null => "fault-null",
        FaultKind.Throw => "fault-throw",
        FaultKind.Bounds => "fault-bounds",
        FaultKind.Divide => "fault-divide",
        FaultKind.Allocate => "fault-allocate",
        _ => "fault-stack",
    };

    /// <inheritdoc/>
    protected override void Work(ThreadContext context) => MakeMistake();

    /// <summary>Lets it go. Thread context; a more important victim is dead when this returns.</summary>
    /// <returns>False if it is dead already.</returns>
    public bool Release()
    {
        if (Thread is null || Thread.State == ThreadState.Ended)
        {
            return false;
        }

        Start();
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeMistake()
    {
        switch (Kind)
        {
            case FaultKind.Null:
                _numbers[0] = _nothing!.Length;
                break;
            case FaultKind.Throw:
                throw new InvalidOperationException("thrown on request");
            case FaultKind.Bounds:
                _numbers[_numbers.Length + _numbers[0]] = 1;
                break;
            case FaultKind.Divide:
                _numbers[0] = 1 / _numbers[0];
                break;
            case FaultKind.Allocate:
                _nothing = new string('x', _numbers.Length);
                break;
            case FaultKind.Stack:
                _numbers[0] = CallItself(1);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int CallItself(int depth) => depth == 0 ? _numbers[1] : CallItself(depth + 1) + depth;
}
