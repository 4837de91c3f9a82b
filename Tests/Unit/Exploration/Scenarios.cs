using System;
using System.Collections.Generic;
using System.Linq;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Core;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>Families of scenarios: every combination of short scripts, priorities and what the interrupt handler has at the
/// beginning.</summary>
internal static class Scenarios
{
    /// <summary>What a thread may do.</summary>
    public static readonly Act[][] Scripts =
    [
        [Act.Rent, Act.Return],
        [Act.RentBriefly, Act.Return],
        [Act.Rent, Act.Yield, Act.Return, Act.ReturnAgain],
        [Act.RentBriefly, Act.Rent, Act.Return],
        [Act.TryRent, Act.Return],
        [Act.Rent, Act.RentBriefly, Act.Return, Act.Return],
        [Act.Yield, Act.Cancel],
    ];

    /// <summary>The same with damage.</summary>
    public static readonly Act[][] Damaging =
    [
        [Act.Rent, Act.OverrunAndReturn],
        [Act.RentBriefly, Act.Return],
    ];

    /// <summary>The same with death.</summary>
    public static readonly Act[][] Deadly =
    [
        [Act.Rent, Act.Yield, Act.Return],
        [Act.RentBriefly, Act.Yield],
        [Act.TryRent, Act.Kill],
    ];

    private static readonly int[][] s_priorities = [[5, 5, 5], [5, 6, 7], [7, 5, 5], [5, 7, 5]];

    /// <summary>All combinations.</summary>
    /// <param name="make">Of what.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="scripts">What each of them may do.</param>
    /// <param name="handlerHolds">What the handler has at the beginning.</param>
    /// <param name="interruptions">What interrupts may do.</param>
    /// <param name="maxInterrupts">How many may come in a run.</param>
    public static IEnumerable<Scenario> All(Func<KernelBench, Subject> make, int threads, Act[][] scripts, int handlerHolds,
        Interruption[] interruptions, int maxInterrupts)
    {
        int combinations = (int)Math.Pow(scripts.Length, threads);
        foreach (int[] priorities in s_priorities.Select(all => all[..threads]).DistinctBy(some => string.Join(' ', some)))
        {
            for (int combination = 0; combination < combinations; combination++)
            {
                int rest = combination;
                var list = new List<(int, Act[])>();
                for (int i = 0; i < threads; i++, rest /= scripts.Length)
                {
                    list.Add((priorities[i], scripts[rest % scripts.Length]));
                }

                yield return new Scenario(make, list, handlerHolds, interruptions, maxInterrupts);
            }
        }
    }
}
