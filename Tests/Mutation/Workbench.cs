using System;
using System.Diagnostics;
using System.IO;
using Reservoir.Tests.Support;

namespace Reservoir.Tests.Mutation;

/// <summary>
/// A copy of the core's code and of the built tests, in artifacts/mutation: a fault is planted there, and the checkout is never touched.
/// </summary>
/// <remarks>Only the core is compiled for each fault. Its assembly takes the place of the one beside the tests, which need not be built
/// again.</remarks>
internal sealed class Workbench
{
    private const string Core = "Kernel/Core";
    private const string CoreAssembly = "Reservoir.Core.dll";

    /// <summary>What it takes to compile the core.</summary>
    private static readonly string[] s_folders = [Core, "Platform/Cosmos.Common", "Platform/Cosmos.Build.Analyzers"];
    private static readonly string[] s_files = ["Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"];

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(150);

    /// <summary>The quick tests first: most faults need no others.</summary>
    /// <remarks>
    /// Without the tests of the explorer itself: its makeshift pool counts on where the kernel lifts its mask, and would fail over a fault
    /// without having seen what is wrong.
    /// </remarks>
    private static readonly string[] s_tests =
    [
        "FullyQualifiedName~Reservoir.Tests.Unit.Core.",
        "FullyQualifiedName~Reservoir.Tests.Unit.Exploration.&FullyQualifiedName!~Flaw",
    ];

    private readonly string _tree = Path.Combine(Repository.Artifacts, "mutation", "tree");
    private readonly string _tests = Path.Combine(Repository.Artifacts, "mutation", "tests");

    /// <summary>Copies everything and compiles the copy as it is.</summary>
    /// <returns>Whether that succeeded.</returns>
    public bool Prepare()
    {
        if (Directory.Exists(Path.GetDirectoryName(_tree)))
        {
            Directory.Delete(Path.GetDirectoryName(_tree)!, recursive: true);
        }

        foreach (string folder in s_folders)
        {
            Copy(Path.Combine(Repository.Root, folder), Path.Combine(_tree, folder));
        }

        foreach (string file in s_files)
        {
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(_tree, file));
        }

        Copy(Path.Combine(Repository.Artifacts, "bin", "Reservoir.Tests.Unit", "debug"), _tests);
        if (!Dotnet("build", Core, "-f", "net10.0", "-v", "quiet", "-nologo"))
        {
            return false;
        }

        Install();
        return true;
    }

    /// <summary>Runs the tests against the core as it was compiled last.</summary>
    /// <returns>The first test that failed; null if all passed.</returns>
    public string? Test()
    {
        foreach (string filter in s_tests)
        {
            if (TestRun.Run(Path.Combine(_tests, "Reservoir.Tests.Unit.dll"), filter, s_timeout).Failure is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    /// <summary>Plants a fault, tests, and takes it out again.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="failure">The first test that failed, if one did.</param>
    public FaultResult Try(Fault fault, out string? failure)
    {
        failure = null;
        string file = Path.Combine(_tree, fault.File);
        string original = File.Exists(file) ? File.ReadAllText(file) : "";
        int place = original.IndexOf(fault.Original, StringComparison.Ordinal);
        if (place < 0 || original.IndexOf(fault.Original, place + 1, StringComparison.Ordinal) >= 0)
        {
            return FaultResult.Stale;
        }

        File.WriteAllText(file, original.Replace(fault.Original, fault.Replacement, StringComparison.Ordinal));
        try
        {
            // Only the code changes. What the analyzers and the warnings would say is not what is asked here.
            if (!Dotnet("build", Core, "-f", "net10.0", "-v", "quiet", "-nologo", "--no-restore", "-p:BuildProjectReferences=false",
                "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false") || !Install())
            {
                return FaultResult.NotCompiled;
            }

            failure = Test();
            return failure is null ? FaultResult.Survived : failure.StartsWith(TestRun.WithoutTest, StringComparison.Ordinal)
                ? FaultResult.Unclear : FaultResult.Caught;
        }
        finally
        {
            File.WriteAllText(file, original);
        }
    }

    /// <summary>Puts the core beside the tests.</summary>
    /// <returns>False if the compiler left the one that was there: then nothing would be tested.</returns>
    private bool Install()
    {
        byte[] built = File.ReadAllBytes(Path.Combine(_tree, "artifacts", "bin", "Reservoir.Core", "debug_net10.0", CoreAssembly));
        string installed = Path.Combine(_tests, CoreAssembly);
        if (built.AsSpan().SequenceEqual(File.ReadAllBytes(installed)))
        {
            return false;
        }

        File.WriteAllBytes(installed, built);
        return true;
    }

    private bool Dotnet(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = _tree, RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Console.Error.WriteLine(said);
        }

        return process.ExitCode == 0;
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
