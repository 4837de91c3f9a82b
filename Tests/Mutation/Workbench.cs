using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using Reservoir.Tests.Support;

namespace Reservoir.Tests.Mutation;

/// <summary>
/// A copy of the kernel's code and of the built tests, in artifacts/mutation: a fault is planted there, and the checkout is never touched.
/// </summary>
/// <remarks>Only the project that has the fault is compiled for it. Its assembly takes the place of the one beside the tests, which need
/// not be built again, nor do the other projects: what they have compiled in of its constants stays right.</remarks>
internal sealed class Workbench
{
    /// <summary>What it takes to compile the targets.</summary>
    private static readonly string[] s_folders = ["Kernel", "Drivers", "Platform"];
    private static readonly string[] s_files = ["Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"];

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(150);

    private readonly string _tree = Path.Combine(Repository.Artifacts, "mutation", "tree");
    private readonly string _tests = Path.Combine(Repository.Artifacts, "mutation", "tests");

    /// <summary>The assemblies without a fault.</summary>
    private readonly Dictionary<Target, byte[]> _sound = [];

    /// <summary>Copies everything and compiles the copy as it is.</summary>
    /// <param name="targets">The projects that faults will be planted in.</param>
    /// <returns>Whether that succeeded.</returns>
    public bool Prepare(IEnumerable<Target> targets)
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
        foreach (Target target in targets)
        {
            if (!Build(target))
            {
                return false;
            }

            _sound[target] = ReadBuilt(target);
            Install(target, _sound[target]);
        }

        return true;
    }

    /// <summary>Runs a target's tests against the assemblies that are beside them.</summary>
    /// <param name="target">The target.</param>
    /// <returns>The first test that failed; null if all passed.</returns>
    public string? Test(Target target)
    {
        foreach (string filter in target.Tests)
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
        Target target = Target.Of(fault.File);
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
            if (!Build(target, "--no-restore", "-p:BuildProjectReferences=false", "-p:RunAnalyzers=false",
                "-p:TreatWarningsAsErrors=false"))
            {
                return FaultResult.NotCompiled;
            }

            // If the compiler left the assembly that was there, nothing would be tested.
            byte[] built = ReadBuilt(target);
            if (built.AsSpan().SequenceEqual(_sound[target]))
            {
                return FaultResult.NotCompiled;
            }

            Install(target, built);
            failure = Test(target);
            return failure is null ? FaultResult.Survived : failure.StartsWith(TestRun.WithoutTest, StringComparison.Ordinal)
                ? FaultResult.Unclear : FaultResult.Caught;
        }
        finally
        {
            File.WriteAllText(file, original);
            Install(target, _sound[target]);
        }
    }

    private bool Build(Target target, params string[] arguments)
    {
        string[] framework = target.Framework is null ? [] : ["-f", target.Framework];
        return Dotnet(["build", target.Folder, "-v", "quiet", "-nologo", .. framework, .. arguments]);
    }

    private byte[] ReadBuilt(Target target) =>
        File.ReadAllBytes(Path.Combine(_tree, "artifacts", "bin", target.Assembly, target.Output, target.Assembly + ".dll"));

    /// <summary>Puts an assembly beside the tests.</summary>
    private void Install(Target target, byte[] assembly) => File.WriteAllBytes(Path.Combine(_tests, target.Assembly + ".dll"), assembly);

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
