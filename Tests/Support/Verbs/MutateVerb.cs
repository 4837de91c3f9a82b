using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using System.Text.Json;
using Reservoir.Tests.Mutation;
using Spectre.Console;

namespace Reservoir.Tests.Support.Verbs;

/// <summary><c>mutate</c>: tests the tests. Plants the faults of Tests/Mutation/faults.json in a copy of the code, one at a time, and sees
/// whether a unit test fails.</summary>
/// <remarks>
/// One kind of fault is not in the list because no unit test can see it: a value that is read before interrupts are masked. On the host an
/// interrupt comes only where a mask is lifted.
/// </remarks>
internal static class MutateVerb
{
    public static Command Create()
    {
        var only = new Option<int[]>("--fault") { Description = "The number of a fault, from 1; all if not given. Can be repeated." };
        var verb = new Command("mutate",
            "Plants faults in a copy of the kernel, one at a time, and checks that the tests catch each.") { only };
        verb.SetAction(result => Run(result.GetValue(only) ?? []));
        return verb;
    }

    /// <summary>The faults of the list.</summary>
    internal static IReadOnlyList<Fault> ReadFaults()
    {
        string list = File.ReadAllText(Path.Combine(Repository.Root, "Tests", "Mutation", "faults.json"));
        return JsonSerializer.Deserialize<Fault[]>(list,
            new JsonSerializerOptions(JsonSerializerDefaults.Web)
            {
                RespectRequiredConstructorParameters = true,
                RespectNullableAnnotations = true
            })!;
    }

    private static int Run(IReadOnlyCollection<int> only)
    {
        IReadOnlyList<Fault> faults = ReadFaults();
        int[] numbers = [.. Enumerable.Range(1, faults.Count).Where(number => only.Count == 0 || only.Contains(number))];
        if (numbers.Length == 0)
        {
            Console.Error.WriteLine($"the faults have the numbers 1 to {faults.Count}");
            return 1;
        }

        Target[] targets = [.. numbers.Select(number => Target.Of(faults[number - 1].File)).Distinct()];
        var bench = new Workbench();
        if (!SolutionBuild.Build("Tests/Unit") || !bench.Prepare(targets))
        {
            return 1;
        }

        // Two drivers have the same tests: once is enough.
        foreach (Target target in targets.DistinctBy(target => target.Tests[0]))
        {
            if (bench.Test(target) is { } failure)
            {
                Console.Error.WriteLine($"without any fault: {failure}");
                return 1;
            }
        }

        var table = new Table().AddColumns("", "fault", "result", "by");
        int caught = 0;
        foreach (int number in numbers)
        {
            Fault fault = faults[number - 1];
            FaultResult result = bench.Try(fault, out string? test);
            caught += result == FaultResult.Caught ? 1 : 0;
            Console.WriteLine($"{number,2} {result}: {Path.GetFileName(fault.File)}: {fault.Effect} {test}");
            table.AddRow(new Text($"{number}"), new Text($"{Path.GetFileName(fault.File)}: {fault.Effect}"), new Text($"{result}"),
                new Text(test ?? ""));
        }

        AnsiConsole.Write(table);
        Console.WriteLine($"{caught} of {numbers.Length} faults caught");
        return caught == numbers.Length ? 0 : 1;
    }
}
