using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cosmos.Build.Host;
using Reservoir.Tests.Support;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>The command by which QEMU is started.</summary>
public sealed class EmulatorTests
{
    private const string Iso = "/somewhere/kernel.iso";

    [Fact]
    public void BootsTheIsoAndNeverRestarts()
    {
        IReadOnlyList<string> command = Command(new Emulator { Iso = Iso });
        Assert.Equal("qemu-system-x86_64", command[0]);
        Assert.Equal(Iso, ValueOf(command, "-cdrom"));
        Assert.Equal("max", ValueOf(command, "-cpu"));
        Assert.Equal("64", ValueOf(command, "-m"));
        Assert.Contains("-no-reboot", command);
        Assert.Contains("isa-debug-exit,iobase=0xf4,iosize=4", command);
    }

    [Fact]
    public void PersonAtTheTerminalGetsTheMonitorBehindCtrlA()
    {
        IReadOnlyList<string> command = Command(new Emulator { Iso = Iso, IsInteractive = true });
        Assert.Equal("mon:stdio", ValueOf(command, "-serial"));
        Assert.DoesNotContain("-monitor", command);
    }

    [Fact]
    public void PipedInputGoesToTheShellByteForByte()
    {
        IReadOnlyList<string> command = Command(new Emulator { Iso = Iso, IsInteractive = false });
        Assert.Equal("stdio", ValueOf(command, "-serial"));
        Assert.Equal("none", ValueOf(command, "-monitor"));
    }

    [Fact]
    public void DiskIsTheFirstOnTheFirstChannel()
    {
        Assert.Equal("if=ide,index=0,format=raw,file=/a,,b.img", ValueOf(Command(new Emulator { Iso = Iso, Disk = "/a,b.img" }), "-drive"));
    }

    [Fact]
    public void NoDiskMeansNoDrive()
    {
        Assert.DoesNotContain("-drive", Command(new Emulator { Iso = Iso }));
    }

    [Theory]
    [InlineData("e1000")]
    [InlineData("e1000-82545em")]
    public void NetworkCardIsTheModelThatWasAskedFor(string model)
    {
        Assert.Contains(Command(new Emulator { Iso = Iso, NetworkModel = model }), argument => argument.Split(',', '=').Contains(model));
    }

    [Fact]
    public void FirmwareIsQemusOwnUnlessUefiIsAskedFor()
    {
        Assert.DoesNotContain("-bios", Command(new Emulator { Iso = Iso }));
        Assert.EndsWith("OVMF.fd", ValueOf(Command(new Emulator { Iso = Iso, Uefi = true }), "-bios"), StringComparison.Ordinal);
    }

    [Fact]
    public void WindowIsOnlyOpenedOnRequest()
    {
        Assert.Equal("none", ValueOf(Command(new Emulator { Iso = Iso }), "-display"));
        Assert.DoesNotContain("-display", Command(new Emulator { Iso = Iso, HasDisplay = true }));
    }

    [Fact]
    public void EntryOfTheBootMenuIsChosenThroughTheFirmwaresTables()
    {
        Assert.DoesNotContain("-smbios", Command(new Emulator { Iso = Iso }));
        Assert.Equal("type=11,value=boot:lab", ValueOf(Command(new Emulator { Iso = Iso, BootKey = "lab" }), "-smbios"));
    }

    [Fact]
    public void KernelGetsNoCommandLineUnlessThereIsOne()
    {
        Assert.DoesNotContain("-fw_cfg", Command(new Emulator { Iso = Iso }));
    }

    [Theory]
    [InlineData("selftest=only", "selftest=only")]
    [InlineData("ip=10.0.2.77/24 pools=shared", "ip=10.0.2.77/24 pools=shared")]
    [InlineData("a,b", "a,,b")]
    [InlineData(",,", ",,,,")]
    public void KernelCommandLineSurvivesQemusCommas(string given, string written)
    {
        IReadOnlyList<string> command = Command(new Emulator { Iso = Iso, CommandLine = given });
        Assert.Equal($"name=opt/cosmos/cmdline,string={written}", ValueOf(command, "-fw_cfg"));
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
