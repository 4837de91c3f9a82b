using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cosmos.Build.Host;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>The command by which QEMU is started.</summary>
public sealed class EmulatorTests
{
    [Fact]
    public void BootsTheIsoAndNeverRestarts()
    {
        IReadOnlyList<string> command = Command(new Emulator());
        Assert.Equal("qemu-system-x86_64", command[0]);
        Assert.Equal(Repository.Iso, ValueOf(command, "-cdrom"));
        Assert.Equal("max", ValueOf(command, "-cpu"));
        Assert.Equal("64", ValueOf(command, "-m"));
        Assert.Contains("-no-reboot", command);
        Assert.Contains("isa-debug-exit,iobase=0xf4,iosize=4", command);
    }

    [Fact]
    public void PersonAtTheTerminalGetsTheMonitorBehindCtrlA()
    {
        IReadOnlyList<string> command = Command(new Emulator { IsInteractive = true });
        Assert.Equal("mon:stdio", ValueOf(command, "-serial"));
        Assert.DoesNotContain("-monitor", command);
    }

    [Fact]
    public void PipedInputGoesToTheShellByteForByte()
    {
        IReadOnlyList<string> command = Command(new Emulator { IsInteractive = false });
        Assert.Equal("stdio", ValueOf(command, "-serial"));
        Assert.Equal("none", ValueOf(command, "-monitor"));
    }

    [Fact]
    public void DiskIsTheFirstOnTheFirstChannel()
    {
        Assert.Equal($"if=ide,index=0,format=raw,file={Repository.Disk}", ValueOf(Command(new Emulator()), "-drive"));
    }

    [Fact]
    public void NoDiskMeansNoDrive()
    {
        Assert.DoesNotContain("-drive", Command(new Emulator { HasDisk = false }));
    }

    [Theory]
    [InlineData("e1000")]
    [InlineData("e1000-82545em")]
    public void NetworkCardIsTheModelThatWasAskedFor(string model)
    {
        Assert.Contains(Command(new Emulator { NetworkModel = model }), argument => argument.Split(',', '=').Contains(model));
    }

    [Fact]
    public void FirmwareIsQemusOwnUnlessUefiIsAskedFor()
    {
        Assert.DoesNotContain("-bios", Command(new Emulator()));
        Assert.EndsWith("OVMF.fd", ValueOf(Command(new Emulator { Uefi = true }), "-bios"), StringComparison.Ordinal);
    }

    [Fact]
    public void WindowIsOnlyOpenedOnRequest()
    {
        Assert.Equal("none", ValueOf(Command(new Emulator()), "-display"));
        Assert.DoesNotContain("-display", Command(new Emulator { HasDisplay = true }));
    }

    [Fact]
    public void KernelGetsNoCommandLineUnlessThereIsOne()
    {
        Assert.DoesNotContain("-fw_cfg", Command(new Emulator()));
    }

    [Theory]
    [InlineData("selftest=only", "selftest=only")]
    [InlineData("ip=10.0.2.77/24 pools=shared", "ip=10.0.2.77/24 pools=shared")]
    [InlineData("a,b", "a,,b")]
    [InlineData(",,", ",,,,")]
    public void KernelCommandLineSurvivesQemusCommas(string given, string written)
    {
        Assert.Equal($"name=opt/reservoir/cmdline,string={written}", ValueOf(Command(new Emulator { CommandLine = given }), "-fw_cfg"));
    }

    [Fact]
    public void CheckoutIsTheOneThatThisTestWasBuiltIn()
    {
        Assert.True(File.Exists(Path.Combine(Repository.Root, "build.sh")));
        Assert.StartsWith(Repository.Root, AppContext.BaseDirectory, StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Command(Emulator emulator) => emulator.ToCommand();

    private static string ValueOf(IReadOnlyList<string> command, string option)
    {
        int[] places = [.. Enumerable.Range(0, command.Count).Where(i => command[i] == option)];
        return command[Assert.Single(places) + 1];
    }
}
