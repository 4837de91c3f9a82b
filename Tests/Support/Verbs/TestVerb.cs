using System;
using System.CommandLine;
using Cosmos.Build.Host;

namespace Reservoir.Tests.Support.Verbs;

/// <summary><c>test</c>: everything that is checked, in one run with one closing line.</summary>
internal static class TestVerb
{
    public static Command Create()
    {
        var verb = new Command("test", "Runs every test; the last line is 'N passed, N failed'.");
        verb.SetAction(_ => Run(isSoak: false));
        return verb;
    }

    /// <summary>Runs the tests.</summary>
    /// <param name="isSoak">Whether machine tests take their long variants.</param>
    internal static int Run(bool isSoak)
    {
        TestCounts total = default;
        if (!HostTools.Ensure(HostTools.ForBuilding, HostTools.ForBooting, TestTools.All) || !SolutionBuild.Build())
        {
            Console.WriteLine(new TestCounts(0, 1));
            return 1;
        }

        total += CheckFormat();
        total += TestProject.Run("Tests/Unit", isSoak);
        total += TestProject.Run("Tests/Machine", isSoak);
        Console.WriteLine(total);
        return total.Failed == 0 && total.Passed > 0 ? 0 : 1;
    }

    private static TestCounts CheckFormat()
    {
        int status =
            HostProcess.RunQuietly(["dotnet", "format", "whitespace", "Kernel.sln", "--no-restore", "--verify-no-changes"],
            Repository.Log("format.log"));
        Console.WriteLine(status == 0 ? "format: as .editorconfig says" : "format: run 'dotnet format whitespace Kernel.sln'");
        return status == 0 ? new TestCounts(1, 0) : new TestCounts(0, 1);
    }
}
