using System;
using System.Linq;
using System.Text;
using Reservoir.Network.Wire;
using Reservoir.Options;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Options;

/// <summary>The kernel's command line: each option has its value or its default, and nothing is dropped in silence.</summary>
public sealed class KernelOptionsTests
{
    [Fact]
    public void AnEmptyLineLeavesEveryDefaultAndHasNoProblem()
    {
        KernelOptions options = Parse("", out string problems);
        Assert.Empty(problems);
        Assert.Equal(new Ipv4Address(10, 0, 2, 15), options.Ip.Address.Address);
        Assert.False(options.Ip.IsDhcp || options.SharesPools || options.UsesProgrammedDisk || options.UsesPit
            || options.EndsAfterSelfTest);
    }

    [Fact]
    public void EveryOptionTakesItsValue()
    {
        KernelOptions options =
            Parse("ip=192.168.7.2/16 router=192.168.0.1 pools=shared disk=pio timer=pit selftest=only", out string problems);
        Assert.Empty(problems);
        Assert.Equal(new Ipv4Address(192, 168, 7, 2), options.Ip.Address.Address);
        Assert.Equal(16, options.Ip.Address.PrefixLength);
        Assert.Equal(new Ipv4Address(192, 168, 0, 1), options.Router.Address);
        Assert.True(options.SharesPools && options.UsesProgrammedDisk && options.UsesPit && options.EndsAfterSelfTest);
    }

    [Fact]
    public void DhcpLeavesNoAddress()
    {
        KernelOptions options = Parse("ip=dhcp", out string problems);
        Assert.Empty(problems);
        Assert.True(options.Ip.IsDhcp);
        Assert.False(options.Ip.Address.IsSet);
    }

    [Theory]
    [InlineData("pools=comon", "'pools=comon' is not pools=reserved|shared; pools=reserved is taken")]
    [InlineData("disk=", "'disk=' is not disk=dma|pio; disk=dma is taken")]
    [InlineData("timer", "'timer' is not timer=apic|pit; timer=apic is taken")]
    [InlineData("ip=300.1.1.1/24", "'ip=300.1.1.1/24' is not ip=A.B.C.D/N|dhcp; ip=10.0.2.15/24 is taken")]
    [InlineData("router=10.0.2", "'router=10.0.2' is not router=A.B.C.D; router=none is taken")]
    [InlineData("selftest=ony", "'selftest=ony' is not selftest=boot|only; selftest=boot is taken")]
    public void AValueThatAnOptionDoesNotTakeIsNamedAndTheDefaultHolds(string line, string said)
    {
        KernelOptions options = Parse(line, out string problems);
        Assert.Contains(said, problems, StringComparison.Ordinal);
        Assert.False(options.SharesPools || options.UsesProgrammedDisk || options.UsesPit || options.EndsAfterSelfTest);
        Assert.Equal(new Ipv4Address(10, 0, 2, 15), options.Ip.Address.Address);
        Assert.True(options.Router.Address.IsZero);
    }

    [Theory]
    [InlineData("pool=shared")]
    [InlineData("POOLS=shared")]
    [InlineData("quiet")]
    [InlineData("=")]
    public void AWordThatIsNoOptionIsNamed(string word)
    {
        Parse($"disk=pio {word} timer=pit", out string problems);
        Assert.Equal($"options: '{word}' is no option of this kernel; it is ignored ('options' lists them)\n", problems);
    }

    [Fact]
    public void TheLaterOfTwoCountsAndABadOneChangesNothing()
    {
        Assert.False(Parse("disk=pio disk=dma", out _).UsesProgrammedDisk);
        Assert.True(Parse("disk=pio disk=bad", out string problems).UsesProgrammedDisk);
        Assert.Contains("disk=bad", problems, StringComparison.Ordinal);
    }

    [Fact]
    public void SpacesDoNotMatter() => Assert.True(Parse("   disk=pio   ", out string problems).UsesProgrammedDisk && problems.Length == 0);

    [Theory]
    [InlineData("router=10.0.3.1")]
    [InlineData("router=10.0.2.15")]
    [InlineData("router=10.0.2.255")]
    [InlineData("ip=dhcp router=10.0.2.2")]
    public void ARouterThatIsNoOtherHostOfTheNetworkIsForgottenAndNamed(string line)
    {
        Assert.True(Parse(line, out string problems).Router.Address.IsZero);
        Assert.Equal("options: router: no other host on this one's network; there is none\n", problems);
    }

    [Fact]
    public void HelpNamesEveryOptionWithValuesAndDefault()
    {
        var options = new KernelOptions();
        var text = new TextBuffer();
        options.WriteHelp(text);
        for (int i = 0; i < options.Count; i++)
        {
            Assert.Contains($"{options[i].Name}={options[i].Values} (default {options[i].Default})", text.Text, StringComparison.Ordinal);
        }

        Assert.Equal(options.Count, Enumerable.Range(0, options.Count).Select(i => options[i].Name).Distinct().Count());
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("1", 1)]
    [InlineData("9", 9)]
    [InlineData("0", 7)]
    [InlineData("10", 7)]
    [InlineData("5x", 7)]
    [InlineData("", 7)]
    [InlineData("99999999999", 7)]
    public void ANumberIsTakenWithinItsBoundsOnly(string text, int expected)
    {
        var option = new NumberOption("n", "for a test", 1, 9, 7);
        Assert.Equal(expected != 7, option.TryParse(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(expected, option.Value);
    }

    [Theory]
    [InlineData("ata1", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("abcdefghijklmnopq", false)]
    public void ADriveIsAnyShortName(string text, bool isTaken)
    {
        var option = new DriveOption("drive", "for a test");
        Assert.Equal(isTaken, option.TryParse(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(isTaken, option.IsGiven);
        Assert.Equal(isTaken ? text : "", option.Drive);
    }

    private static KernelOptions Parse(string line, out string problems)
    {
        var options = new KernelOptions();
        options.Parse(Encoding.UTF8.GetBytes(line));
        var text = new TextBuffer();
        options.WriteProblems(text);
        problems = text.Text;
        return options;
    }
}
