using System;
using System.Diagnostics;
using System.Globalization;

namespace Reservoir.Tests.Bench.Host;

/// <summary>
/// Measures the kernel's pool on the host beside what .NET has: the nanoseconds of a pair of rent and return, a line <c>BENCH name ns
/// value</c> for each. All take turns in short rounds, and the fastest round of each counts: so
/// whatever else the host does disturbs all of them alike. Only the ratio means something.
/// </summary>
internal static class Program
{
    private const int Rounds = 200;
    private const int PairsPerRound = 200_000;

    private static int Main()
    {
        var pool = new PoolRun();
        var rivals = new Rivals();
        (string Name, Action<int> Run, double Best)[] runs =
        [
            ("host-pool-pair", pool.Rent, double.MaxValue),
            ("host-arraypool-pair", rivals.RentFromArrayPool, double.MaxValue),
            ("host-concurrentqueue-pair", rivals.TakeFromQueue, double.MaxValue),
        ];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < runs.Length; i++)
            {
                long begun = Stopwatch.GetTimestamp();
                runs[i].Run(PairsPerRound);
                runs[i].Best = Math.Min(runs[i].Best, Stopwatch.GetElapsedTime(begun).TotalNanoseconds / PairsPerRound);
            }
        }

        if (!pool.IsSound((long)Rounds * PairsPerRound))
        {
            Console.WriteLine("BENCH-FAILED host-pool-pair not every rental succeeded");
            return 1;
        }

        foreach ((string name, _, double best) in runs)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"BENCH {name} ns {best:0.000}"));
        }

        return 0;
    }
}
