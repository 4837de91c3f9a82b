using System;
using System.CommandLine;

namespace Reservoir.Tests.Support.Verbs;

/// <summary>The program behind <c>build.sh</c> and <c>build.ps1</c>. One class a verb, beside this one.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Environment.CurrentDirectory = Repository.Root;
        return CreateCommandLine().Parse(arguments).Invoke();
    }

    /// <summary>All verbs. A separate method so that the tests can parse with it.</summary>
    internal static RootCommand CreateCommandLine() => new("Reservoir: build, boot and test a real-time kernel in C#.")
    {
        RunVerb.Create(),
        TestVerb.Create(),
        IsoVerb.Create(),
        BenchVerb.Create(),
        SoakVerb.Create(),
        MutateVerb.Create(),
        CoverageVerb.Create(),
        ProofVerb.Create(),
        CleanVerb.Create(),
    };
}
