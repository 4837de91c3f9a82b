using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>The build SDK serves a kernel that lies elsewhere and brings two small files: it needs to know nothing of this one.</summary>
[Collection(AloneCollection.Name)]
public sealed class ConsumerKernelTests : IDisposable
{
    private const string Greeting = "hello from a small kernel";
    private const string BuildTool = "bin/Cosmos.Build/debug/Cosmos.Build.dll";
    private static readonly TimeSpan s_buildTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_bootTimeout = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("consumer-").FullName;

    private static string Targets =>
        Path.GetFullPath(Path.Combine(MachineSetup.Artifacts, "..", "Platform", "Cosmos.Build", "build", "Cosmos.Build.targets"));

    [Fact]
    public void KernelOfTwoSmallFilesOutsideTheRepositoryBuildsPassesTheProofPrintsAndSwitchesOff()
    {
        string[] project = Write("Hello.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
              </PropertyGroup>
              <Import Project="{Targets}" />
            </Project>
            """);
        string[] code = Write("Kernel.cs", $$"""
            using Cosmos.Core;

            namespace Hello;

            public class Kernel : Cosmos.System.Kernel
            {
                protected override void BeforeRun() => BootConsole.Instance.WriteLine("{{Greeting}}"u8);

                protected override void Run() => Stop();
            }
            """);
        Assert.InRange(project.Length, 1, 12);
        Assert.InRange(code.Length, 1, 15);

        (int built, string build) = Run(s_buildTimeout, "build", "-nologo", "-v", "normal", "--disable-build-servers");
        Assert.True(built == 0, build);
        Assert.Contains("proof: nothing that", build, StringComparison.Ordinal);

        string output = Path.Combine(_folder, "bin", "Debug", "net10.0");
        Assert.All(["hello.elf", "hello.iso", "hello.vmx"], file => Assert.True(File.Exists(Path.Combine(output, file)), file));
        Assert.Contains("displayName = \"Hello\"", File.ReadAllText(Path.Combine(output, "hello.vmx")), StringComparison.Ordinal);

        (int status, string serial) = Run(s_bootTimeout, Path.Combine(MachineSetup.Artifacts, BuildTool), "boot",
            Path.Combine(output, "hello.iso"), "--no-disk");
        Assert.Contains(Greeting, serial, StringComparison.Ordinal);
        Assert.DoesNotContain("PANIC", serial, StringComparison.Ordinal);
        Assert.Equal(0, status);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string[] Write(string name, string text)
    {
        File.WriteAllText(Path.Combine(_folder, name), text + "\n");
        return text.Split('\n');
    }

    /// <summary>Runs <c>dotnet</c> in the kernel's folder.</summary>
    private (int Status, string Output) Run(TimeSpan timeout, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = _folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(timeout))
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        return (process.ExitCode, output.Result + errors.Result);
    }
}
