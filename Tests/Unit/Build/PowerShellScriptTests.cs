using System.IO;
using System.Management.Automation.Language;
using Reservoir.Tests.Support;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>build.ps1, parsed and run by PowerShell's own engine.</summary>
[Collection(HostCollection.Name)]
public sealed class PowerShellScriptTests
{
    private const string Program = "artifacts/bin/Reservoir.Tests.Support/debug/Reservoir.Tests.Support.dll";

    [Fact]
    public void ScriptHasNoSyntaxErrors()
    {
        Parser.ParseFile(ScriptRun.ScriptPath, out _, out ParseError[] errors);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("test")]
    [InlineData("iso")]
    [InlineData("bench")]
    [InlineData("soak")]
    [InlineData("clean")]
    public void VerbIsHandedToTheBuildProgram(string verb)
    {
        ScriptRun run = new ScriptRun().Invoke(verb);
        Assert.Equal(0, run.Status);
        Assert.Equal(2, run.Calls.Count);
        Assert.Equal(["build", "Tests/Support"], run.Calls[0][..2]);
        Assert.Equal([Program, verb], run.Calls[1]);
        Assert.Empty(run.Errors);
    }

    [Fact]
    public void OptionsArriveOneByOneAndUnchanged()
    {
        ScriptRun run = new ScriptRun().Invoke("run", "--memory", "128", "--cmdline", "ip=10.0.2.77/24 selftest=only", "--uefi");
        Assert.Equal([Program, "run", "--memory", "128", "--cmdline", "ip=10.0.2.77/24 selftest=only", "--uefi"], run.Calls[1]);
    }

    [Fact]
    public void WithoutAVerbTheProgramIsAskedToExplainItself()
    {
        Assert.Equal([Program], new ScriptRun().Invoke().Calls[1]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(67)]
    public void StatusOfTheProgramIsTheScripts(int status)
    {
        Assert.Equal(status, new ScriptRun { ProgramStatus = status }.Invoke("run").Status);
    }

    [Fact]
    public void UnknownVerbIsRefusedByTheProgramAndTheScriptFails()
    {
        ScriptRun run = new ScriptRun { ProgramStatus = 1 }.Invoke("frobnicate");
        Assert.Equal([Program, "frobnicate"], run.Calls[1]);
        Assert.Equal(1, run.Status);
    }

    [Fact]
    public void MissingDotnetIsOneClearErrorAndNothingRuns()
    {
        ScriptRun run = new ScriptRun { HasDotnet = false }.Invoke("run");
        Assert.Equal(1, run.Status);
        Assert.Empty(run.Calls);
        string line = Assert.Single(run.Errors.TrimEnd().Split('\n'));
        Assert.Contains(".NET 10 SDK", line, System.StringComparison.Ordinal);
        Assert.Contains("'dotnet' was not found", line, System.StringComparison.Ordinal);
    }

    [Fact]
    public void BuildThatFailsIsShownAndTheProgramIsNotStarted()
    {
        ScriptRun run = new ScriptRun { BuildStatus = 5 }.Invoke("run");
        Assert.Equal(1, run.Status);
        Assert.Equal("build", Assert.Single(run.Calls)[0]);
        Assert.Contains("what the build said", run.Errors, System.StringComparison.Ordinal);
        Assert.Contains("could not be built", run.Errors, System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public void CallerIsBackWhereItWasAfterwards(int buildStatus)
    {
        ScriptRun run = new ScriptRun { BuildStatus = buildStatus }.Invoke("iso");
        Assert.Equal([$"push {Repository.Root}", "pop"], run.Places);
    }

    [Fact]
    public void BothScriptsBuildAndStartTheSameProgram()
    {
        string shell = File.ReadAllText(Path.Combine(Repository.Root, "build.sh"));
        string powerShell = File.ReadAllText(ScriptRun.ScriptPath);
        Assert.All([Program, "dotnet build Tests/Support"], text =>
        {
            Assert.Contains(text, shell, System.StringComparison.Ordinal);
            Assert.Contains(text, powerShell, System.StringComparison.Ordinal);
        });
    }
}
