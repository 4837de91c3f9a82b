using System;
using System.Text;
using Reservoir.Devices;
using Reservoir.Lab.Commands;
using Reservoir.Lab.Faults;
using Reservoir.Shell;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>What the lab's command <c>disk-fail</c> understands, and what it makes of it.</summary>
public sealed class DiskFaultCommandTests : IDisposable
{
    private readonly DiskFaults _faults = new();
    private readonly DiskBench _bench;

    public DiskFaultCommandTests()
    {
        _bench = DiskBench.WithDisk(DiskBench.Drive(1 << 15), wrap: _faults.Wrap);
    }

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData("silent 3", BlockStatus.InterruptLost)]
    [InlineData("ata0 silent 3", BlockStatus.InterruptLost)]
    [InlineData("gone 7", BlockStatus.NoDevice)]
    public void ADiskMisbehavesAsItIsTold(string words, BlockStatus expected)
    {
        Assert.Equal($"ata0: {words[^1]} commands will go wrong\n", Run(words));
        Assert.Equal(expected, _bench.ReadAndCompare(100, 1));
        Assert.Equal("ata0: 0 commands will go wrong\n", Run("gone 0"));
        Assert.Equal(BlockStatus.Ok, _bench.ReadAndCompare(100, 1));
    }

    [Fact]
    public void AShortTransferIsRetried()
    {
        Assert.Equal("ata0: 1 commands will go wrong\n", Run("short 1"));
        Assert.Equal(BlockStatus.Ok, _bench.ReadAndCompare(100, 1));
        Assert.Equal(1ul, _bench.Disk!.Retries);
    }

    [Theory]
    [InlineData("")]
    [InlineData("loud 2")]
    [InlineData("silent")]
    [InlineData("silent -1")]
    [InlineData("silent 2147483648")]
    [InlineData("silent 1 2")]
    public void ADiskThatIsToldNonsenseDoesNotMisbehave(string words)
    {
        Assert.DoesNotContain("will go wrong", Run(words));
        Assert.Equal(BlockStatus.Ok, _bench.ReadAndCompare(100, 1));
        Assert.Equal(0ul, _bench.Disk!.Retries);
    }

    [Fact]
    public void WithoutADiskTheCommandSaysSo() => Assert.Equal("disk-fail: there is no disk\n", Run("gone 1", hasDisk: false));

    private string Run(string words, bool hasDisk = true)
    {
        var output = new TextBuffer();
        var arguments = new CommandArguments(Encoding.UTF8.GetBytes(words));
        new DiskFaultCommand(hasDisk ? [_bench.Disk!] : [], _faults).Run(_bench.Context, ref arguments, output);
        return output.Text;
    }
}
