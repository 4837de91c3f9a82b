using System;
using System.Linq;
using Reservoir.Network.Wire;
using Xunit;
using Xunit.Abstractions;

namespace Reservoir.Tests.Unit.Network;

/// <summary>
/// Mutated frames through the kernel's own assemblies: no exception, no lost buffer, one verdict each, nothing sent that isn't right. A
/// short run each time; ten million frames in a soak.
/// </summary>
public sealed class FuzzTests
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("RESERVOIR_SOAK") == "1";
    private readonly ITestOutputHelper _output;

    public FuzzTests(ITestOutputHelper output)
    {
        _output = output;
    }

    private static int FramesPerRun => s_isSoak ? 2_500_000 : 100_000;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void MutatedFramesCostNoBufferAndGetOneVerdictEach(ulong seed, bool isDhcp)
    {
        using var bench = new FuzzBench(seed, isDhcp);
        bench.Run(FramesPerRun);
        _output.WriteLine(bench.Describe());
        bench.AssertWholeAndAlive();

        // Only what no frame can bring about may be missing, and what needs a client of DHCP, or a host that has an address most of the
        // time; else the mutation isn't worth its name.
        DropReason[] unreachable = [DropReason.BufferRefused];
        DropReason[] missing = [.. Enum.GetValues<DropReason>().Where(reason => !bench.HasSeen(reason)).Except(unreachable)];
        if (!isDhcp)
        {
            missing = [.. missing.Where(reason => !reason.ToString().StartsWith("Dhcp", StringComparison.Ordinal))];
        }

        Assert.True(missing.Length <= (isDhcp ? 4 : 0), $"never seen: {string.Join(", ", missing)}");
    }
}
