using System;
using System.Diagnostics;
using System.IO;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>What <c>run</c> does without a terminal: standard input is what is typed at the shell.</summary>
public sealed class PipedInputTests
{
    [Fact]
    public void CommandsFromAPipeAreAnsweredAndShutdownIsSuccess()
    {
        (int status, string output) = Boot("pools\nshutdown\n", "--no-disk");
        Assert.Contains("nic-receive", output, StringComparison.Ordinal);
        Assert.Equal(0, status);
    }

    [Fact]
    public void StatusIsTheKernelsOwnWhenItChoosesOne()
    {
        (int status, string output) = Boot("", "--no-disk", "--cmdline", "selftest=only");
        Assert.Contains("SELFTEST SUMMARY", output, StringComparison.Ordinal);
        Assert.Equal(33, status);
    }

    private static (int Status, string Output) Boot(string input, params string[] options)
    {
        string program = Path.Combine(MachineSetup.Artifacts, "bin", "Cosmos.Build", "debug", "Cosmos.Build.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, "boot", MachineSetup.Iso, .. options])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var watchdog =
            new System.Threading.Timer(_ =>
            process.Kill(entireProcessTree: true), null, Patience.Normal, System.Threading.Timeout.InfiniteTimeSpan);
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
