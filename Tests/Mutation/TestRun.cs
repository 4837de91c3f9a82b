using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Reservoir.Tests.Mutation;

/// <summary>One run of a built test assembly that ends with the first failure, or when it takes too long.</summary>
internal sealed partial class TestRun
{
    /// <summary>How a <see cref="Failure"/> begins for which no test is to blame.</summary>
    public const string WithoutTest = "no test failed, but";

    private TestRun(string? failure)
    {
        Failure = failure;
    }

    /// <summary>The test that failed, or how else the run ended; null if everything passed.</summary>
    public string? Failure { get; }

    /// <summary>Runs some of the tests.</summary>
    /// <param name="assembly">The test assembly.</param>
    /// <param name="filter">Which tests, as the test platform writes it.</param>
    /// <param name="timeout">How long it may take; a mistake can make a test wait for ever.</param>
    public static TestRun Run(string assembly, string filter, TimeSpan timeout)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["vstest", assembly, $"--TestCaseFilter:{filter}", "--logger:console;verbosity=normal", "--", "xUnit.StopOnFail=true"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        List<string> lines = [];
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        process.OutputDataReceived += (_, line) => Keep(lines, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(lines, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool ended = process.WaitForExit(timeout);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        return new TestRun(ended && process.ExitCode == 0
            ? FindMissing(lines)
            : FindFailure(lines, ended
            ? FindCrash(lines) ?? $"{WithoutTest} the status was {process.ExitCode}" : $"no end after {timeout.TotalSeconds:0} s"));
    }

    /// <summary>A run in which no test was found has shown nothing.</summary>
    private static string? FindMissing(List<string> lines) => lines.Exists(line => Passed().IsMatch(line)) ? null : "no test ran";

    private static string FindFailure(List<string> lines, string otherwise)
    {
        foreach (string line in lines)
        {
            Match match = Failed().Match(line);
            if (match.Success)
            {
                return match.Groups[1].Value;
            }
        }

        return otherwise;
    }

    private static string? FindCrash(List<string> lines) =>
        lines.Exists(line => line.Contains("Test host process crashed", StringComparison.Ordinal)) ? "the test process broke down" : null;

    private static void Keep(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    [GeneratedRegex(@"^\s+Failed Reservoir\.Tests\.Unit\.(\S+?)(\(.*)? \[")]
    private static partial Regex Failed();

    [GeneratedRegex(@"^\s+Passed: [1-9]")]
    private static partial Regex Passed();
}
