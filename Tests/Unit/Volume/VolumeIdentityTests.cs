using System;
using System.Collections.Generic;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

public sealed class VolumeIdentityTests
{
    [Fact]
    public void NoIdentityIsZeroOrTheFormerOne()
    {
        byte[] block = new byte[512];
        var seen = new HashSet<ulong>();
        for (int i = 0; i < 10_000; i++)
        {
            ulong id = VolumeIdentity.Choose(block, nanoseconds: 42);
            Assert.NotEqual(0UL, id);
            Assert.NotEqual(BitConverter.ToUInt64(block, VolumeIdentity.Offset), id);
            Assert.True(seen.Add(id), "an identity came back, at the same time of another boot");
            new VolumeHeader(id, 100).Write(block);
        }
    }

    [Fact]
    public void TwoBlankDisksFormattedAtDifferentTimesDiffer() =>
        Assert.NotEqual(VolumeIdentity.Choose(new byte[512], 1), VolumeIdentity.Choose(new byte[512], 2));
}
