using System.CommandLine;
using Cosmos.Build.Commands;

namespace Cosmos.Build;

/// <summary>
/// The program behind <c>build.sh</c> and <c>build.ps1</c>, and the tool that the build itself calls. One class a verb, in Commands/.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments) => CreateCommandLine().Parse(arguments).Invoke();

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
        CleanVerb.Create(),
        ProofVerb.Create(),
        BootVerb.Create(),
        ToolsVerb.Create(),
        SymbolsVerb.Create(),
    };
}
