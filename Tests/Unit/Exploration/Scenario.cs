using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Core;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>Threads, what each does, and what interrupts may do to them.</summary>
/// <param name="Make">Makes what they share.</param>
/// <param name="Threads">The threads.</param>
/// <param name="HandlerHolds">Buffers that the interrupt handler has at the beginning.</param>
/// <param name="Interruptions">What interrupts may do.</param>
/// <param name="MaxInterrupts">How many may come in one run.</param>
internal sealed record Scenario(
    Func<KernelBench, Subject> Make,
    IReadOnlyList<(int Priority, Act[] Acts)> Threads,
    int HandlerHolds,
    IReadOnlyList<Interruption> Interruptions,
    int MaxInterrupts)
{
    public const int MaxThreads = 3;

    public PoolKind Kind { get; init; } = PoolKind.Blocking;

    /// <summary>Whether threads die, so that someone has to take back what they held.</summary>
    public bool HasSupervisor => Interruptions.Intersect(Interruption.Kills).Any() || Threads.Any(thread => thread.Acts.Contains(Act.Kill));

    public static string NameOf(int thread) => ((char)('A' + thread)).ToString();

    public override string ToString()
    {
        IEnumerable<string> threads =
            Threads.Select((thread, i) =>
            $"{NameOf(i)} (priority {thread.Priority}) {string.Join(", ", thread.Acts.Select(act => act.Name))}");
        return $"{Make.Method.DeclaringType!.Name}.{Make.Method.Name}; {string.Join("; ", threads)}; "
            + $"the handler begins with {HandlerHolds} of {Subject.Count}; at most {MaxInterrupts} interrupts";
    }
}
