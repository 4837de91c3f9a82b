using System;
using System.CommandLine;
using System.Linq;
using Cosmos.Build.Commands;
using Cosmos.Build.Host;
using Reservoir.Tests.Bench;
using Reservoir.Tests.Support.Verbs;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>What may be written behind build.sh, and what is said about the rest.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("test")]
    [InlineData("iso")]
    [InlineData("bench")]
    [InlineData("soak")]
    [InlineData("mutate")]
    [InlineData("coverage")]
    [InlineData("clean")]
    [InlineData("proof")]
    public void VerbIsKnownAndExplained(string verb)
    {
        ParseResult result = Parse(verb);
        Assert.Empty(result.Errors);
        Assert.Equal(verb, result.CommandResult.Command.Name);
        Assert.NotEmpty(result.CommandResult.Command.Description!);
        Assert.NotNull(result.Action);
    }

    [Theory]
    [InlineData("frobnicate")]
    [InlineData("Run")]
    [InlineData("-run")]
    public void UnknownVerbIsNamedInTheError(string verb)
    {
        Assert.Contains(Parse(verb).Errors, error => error.Message.Contains($"'{verb}'", StringComparison.Ordinal));
    }

    [Fact]
    public void VerbIsNeeded()
    {
        Assert.NotEmpty(Parse().Errors);
    }

    [Theory]
    [InlineData("test", "--memory", "64")]
    [InlineData("iso", "--uefi")]
    [InlineData("clean", "everything")]
    [InlineData("run", "--network")]
    [InlineData("run", "shutdown")]
    public void OptionThatTheVerbDoesNotHaveIsRefused(params string[] arguments)
    {
        Assert.Contains(Parse(arguments).Errors, error => error.Message.Contains($"'{arguments[1]}'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--memory", "lots")]
    [InlineData("--memory", "99999999999")]
    [InlineData("--memory", "-64")]
    [InlineData("--memory", "3")]
    [InlineData("--memory", "0")]
    [InlineData("--memory")]
    [InlineData("--cmdline")]
    [InlineData("--nic", "rtl8139")]
    [InlineData("--nic")]
    public void BadValueIsRefusedWithTheNameOfTheOption(params string[] arguments)
    {
        string message = Assert.Single(Parse(["run", .. arguments]).Errors).Message;
        Assert.Contains(arguments[0] == "--nic" && arguments.Length == 2 ? arguments[1] : arguments[0], message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bench", "--samples", "many")]
    [InlineData("bench", "--samples", "0")]
    [InlineData("bench", "--samples", "-5")]
    [InlineData("bench", "--compare")]
    [InlineData("bench", "--figures")]
    public void BadValueOfTheBenchmarkIsRefusedWithTheNameOfTheOption(params string[] arguments)
    {
        Assert.Contains(arguments[1], Assert.Single(Parse(arguments).Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", true, true, true)]
    [InlineData("--kernel", true, false, false)]
    [InlineData("--linux --host", false, true, true)]
    public void BenchmarkMeasuresThePartsAskedForOrAll(string arguments, bool kernel, bool linux, bool host)
    {
        var verb = new Command("bench");
        var options = new BenchOptions(verb);
        BenchRequest request = options.Read(verb.Parse(arguments));
        Assert.Equal(new BenchRequest(kernel, linux, host, 100_000, null, null), request);
    }

    [Fact]
    public void DefaultsAreASmallMachineWithDiskAndNetwork()
    {
        Assert.Equal(new Emulator { Iso = "a.iso", Disk = "disk.img" }, Read());
    }

    [Fact]
    public void OptionsReachTheEmulator()
    {
        Emulator emulator =
            Read("--memory", "128", "--cmdline", "ip=10.0.2.77/24 selftest=only", "--uefi", "--no-disk", "--display", "--nic",
            "e1000-82545em");
        Assert.Equal(
            new Emulator
            {
                Iso = "a.iso",
                MemoryMegabytes = 128,
                CommandLine = "ip=10.0.2.77/24 selftest=only",
                Uefi = true,
                Disk = null,
                HasDisplay = true,
                NetworkModel = "e1000-82545em",
            },
            emulator);
    }

    [Theory]
    [InlineData("boot", "--entry")]
    [InlineData("run", "--lab")]
    public void BothVerbsThatBootHaveTheSameOptionsAndChooseTheKernel(string verb, string choice)
    {
        RootCommand program = verb == "boot" ? Cosmos.Build.Program.CreateCommandLine() : Program.CreateCommandLine();
        string[] options =
            [.. program.Subcommands.Single(command => command.Name == verb).Options.Select(option => option.Name).Where(name =>
            name.StartsWith("--", StringComparison.Ordinal) && name != "--help" && name != choice)];
        Assert.Equal(["--memory", "--cmdline", "--uefi", "--no-disk", "--display", "--nic"], options);
        Assert.Contains(program.Subcommands.Single(command => command.Name == verb).Options, option => option.Name == choice);
    }

    [Theory]
    [InlineData("boot")]
    [InlineData("tools")]
    [InlineData("symbols")]
    [InlineData("proof")]
    public void VerbOfTheSdksToolIsKnownAndExplained(string verb)
    {
        Command command = Cosmos.Build.Program.CreateCommandLine().Subcommands.Single(command => command.Name == verb);
        Assert.NotEmpty(command.Description!);
        Assert.NotNull(command.Action);
    }

    private static ParseResult Parse(params string[] arguments) => Program.CreateCommandLine().Parse(arguments);

    private static Emulator Read(params string[] arguments)
    {
        var verb = new Command("boot");
        var options = new EmulatorOptions(verb);
        return options.Read(verb.Parse(arguments), "a.iso", "disk.img", bootKey: null);
    }
}
