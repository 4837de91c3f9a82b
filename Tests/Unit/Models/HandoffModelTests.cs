using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Cosmos.Build.Host;
using Reservoir.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Reservoir.Tests.Unit.Models;

/// <summary>
/// Spin looks through every state of Tests/Models/handoff.pml: no assertion fails, nothing stands still that shouldn't, and what the
/// formulas say is true. Each variant that is wrong on purpose is found out.
/// </summary>
public sealed class HandoffModelTests(ITestOutputHelper output) : IDisposable
{
    private static readonly HostTool[] s_tools = [new("spin", "spin"), new("gcc", "gcc"), new("/usr/include/stdio.h", "libc6-dev")];
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("RESERVOIR_SOAK") == "1";
    private readonly string _folder = Directory.CreateTempSubdirectory("reservoir-spin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void NoStateOfTheModelIsWrongAndNothingStandsStill()
    {
        string report = Verify(s_isSoak ? ["-DINTERRUPTS=3"] : [], ["-DSAFETY", "-DNOCLAIM"], []);
        Assert.Contains("errors: 0", report, StringComparison.Ordinal);
        Assert.InRange(CountStates(report), 100_000, long.MaxValue);
        output.WriteLine($"figures: {CountStates(report):N0} states of the hand-off, 0 wrong");
    }

    [Theory]
    [InlineData("handed0")]
    [InlineData("handed1")]
    [InlineData("handed2")]
    [InlineData("timely")]
    public void WhatTheFormulaSaysIsTrue(string formula)
    {
        string report = Verify([s_isSoak ? "-DINTERRUPTS=2" : "-DINTERRUPTS=1"], [], ["-a", "-N", formula]);
        Assert.Contains("errors: 0", report, StringComparison.Ordinal);
        Assert.InRange(CountStates(report), 10_000, long.MaxValue);
        output.WriteLine($"figures: {CountStates(report):N0} states of the hand-off, in each of which '{formula}' is true");
    }

    [Theory]
    [InlineData("GAP", "free==0")]
    [InlineData("WAKE", "free==0")]
    [InlineData("TIMEOUT", "queued")]
    [InlineData("DEATH", "invalid end state")]
    [InlineData("TWICE", "ends")]
    public void AVariantThatIsWrongIsFoundOut(string variant, string complaint)
    {
        string report = Verify([$"-DBROKEN_{variant}"], ["-DSAFETY", "-DNOCLAIM"], []);
        Assert.Contains("errors: 1", report, StringComparison.Ordinal);
        Assert.Contains(complaint, Regex.Match(report, "pan:1: .*").Value, StringComparison.Ordinal);
    }

    [Fact]
    public void AVariantThatServesTheWrongWaiterBreaksTheFormula()
    {
        string report = Verify(["-DBROKEN_ORDER", "-DINTERRUPTS=1"], [], ["-a", "-N", "handed2"]);
        Assert.Contains("errors: 1", report, StringComparison.Ordinal);
        Assert.Contains("acceptance cycle", report, StringComparison.Ordinal);
    }

    private static long CountStates(string report) =>
        long.Parse(Regex.Match(report, "(\\d+) states, stored").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Makes a verifier of the model and runs it.</summary>
    /// <param name="model">Definitions for the model.</param>
    /// <param name="compiler">Definitions for the verifier.</param>
    /// <param name="verifier">What the verifier is told.</param>
    private string Verify(string[] model, string[] compiler, string[] verifier)
    {
        lock (s_tools)
        {
            Assert.True(HostTools.Ensure(s_tools), HostTools.Describe(s_tools));
        }

        string source = Path.Combine(Repository.Root, "Tests", "Models", "handoff.pml");
        Run(["spin", .. model, "-a", source]);
        Run(["gcc", "-O1", "-w", .. compiler, "-o", "pan", "pan.c"]);
        string report = Run([Path.Combine(_folder, "pan"), "-m100000", .. verifier], mayFail: true);
        output.WriteLine(report);
        Assert.DoesNotContain("max search depth too small", report, StringComparison.Ordinal);
        return report;
    }

    private string Run(IReadOnlyList<string> command, bool mayFail = false)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { WorkingDirectory = _folder, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(mayFail || process.ExitCode == 0, $"{string.Join(' ', command)}: {said}");
        return said;
    }
}
