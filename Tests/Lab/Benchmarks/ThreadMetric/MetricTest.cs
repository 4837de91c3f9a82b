using System;

namespace Reservoir.Lab.Benchmarks.ThreadMetric;

/// <summary>One test: its threads, which of them begin, and what is counted.</summary>
internal sealed class MetricTest
{
    public MetricTest(string name, MetricThread[] threads, int started, int counted, int interruptsPerCount = 0)
    {
        Name = name;
        Threads = threads;
        Started = started;
        Counted = counted;
        InterruptsPerCount = interruptsPerCount;
    }

    /// <summary>Its name in the list of figures.</summary>
    public string Name { get; }

    /// <summary>Its threads; the first ones begin.</summary>
    public MetricThread[] Threads { get; }

    /// <summary>How many of them are resumed at the beginning; the others do each other the favour.</summary>
    public int Started { get; }

    /// <summary>How many of the threads' counters make up the result.</summary>
    public int Counted { get; }

    /// <summary>How many interrupts belong to a count of a thread.</summary>
    public int InterruptsPerCount { get; }

    /// <summary>The suite's check: no counter of the test differs from their average by more than one.</summary>
    /// <param name="interrupts">Interrupts served during the test.</param>
    /// <param name="count">The result.</param>
    public bool TryCount(ulong interrupts, out ulong count)
    {
        count = 0;
        ulong sum = 0;
        for (int i = 0; i < Threads.Length; i++)
        {
            sum += Threads[i].Counter;
            count += i < Counted ? Threads[i].Counter : 0;
        }

        ulong average = sum / (ulong)Threads.Length;
        bool isValid = count != 0 && (InterruptsPerCount == 0 || IsNear(interrupts, average));
        foreach (MetricThread thread in Threads)
        {
            isValid &= IsNear(thread.Counter, average);
        }

        return isValid;
    }

    private static bool IsNear(ulong counter, ulong average) => Math.Max(counter, average) - Math.Min(counter, average) <= 1;
}
