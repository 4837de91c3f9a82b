using System.CommandLine;
using Cosmos.Build.Commands;

namespace Cosmos.Build;

/// <summary>The tool that a kernel's build calls, and <c>dotnet run</c>. One class a verb, in Commands/.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => CreateCommandLine().Parse(arguments).Invoke();

    /// <summary>All verbs. A separate method so that the tests can parse with it.</summary>
    internal static RootCommand CreateCommandLine() => new("Builds and boots kernels in C#.")
    {
        BootVerb.Create(),
        ToolsVerb.Create(),
        SymbolsVerb.Create(),
        ProofVerb.Create(),
    };
}
