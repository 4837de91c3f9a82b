using System;
using System.IO;
using System.Linq;
using Reservoir.Tests.Mutation;
using Reservoir.Tests.Support;
using Reservoir.Tests.Support.Verbs;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>The list of faults that <c>mutate</c> plants keeps up with the code.</summary>
public sealed class FaultListTests
{
    [Fact]
    public void EachFaultFindsItsPlaceExactlyOnce()
    {
        foreach (Fault fault in MutateVerb.ReadFaults())
        {
            string text = File.ReadAllText(Path.Combine(Repository.Root, fault.File));
            Assert.True(text.Split(fault.Original).Length == 2, $"{fault.File} does not have exactly once: {fault.Original}");
        }
    }

    [Fact]
    public void ThereAreThirtyDifferentOnesInPoolsAndThreads()
    {
        Fault[] faults = [.. MutateVerb.ReadFaults()];
        Assert.Equal(30, faults.Distinct().Count());
        Assert.Equal(faults.Length, faults.Count(fault => !string.Equals(fault.Original, fault.Replacement, StringComparison.Ordinal)));
        Assert.Contains(faults, fault => fault.File.StartsWith("Kernel/Core/Pools/", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.File.StartsWith("Kernel/Core/Threads/", StringComparison.Ordinal));
    }
}
