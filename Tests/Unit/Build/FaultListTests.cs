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
    public void EachIsDifferentAndChangesSomething()
    {
        Fault[] faults = [.. MutateVerb.ReadFaults()];
        Assert.Equal(faults.Length, faults.Distinct().Count());
        Assert.DoesNotContain(faults, fault => string.Equals(fault.Original, fault.Replacement, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(30, "Kernel/Core/Pools/", "Kernel/Core/Threads/", "Kernel/Core/Time/")]
    [InlineData(4, "Drivers/Ata/")]
    public void EachPartHasItsShare(int expected, params string[] folders)
    {
        Fault[] faults = [.. MutateVerb.ReadFaults()];
        int[] counts = [.. folders.Select(folder => faults.Count(fault => fault.File.StartsWith(folder, StringComparison.Ordinal)))];
        Assert.Equal(expected, counts.Sum());
        Assert.DoesNotContain(0, counts);
    }

    [Fact]
    public void EachIsInAProjectThatTheWorkbenchKnows()
    {
        foreach (Fault fault in MutateVerb.ReadFaults())
        {
            Target target = Target.Of(fault.File);
            Assert.True(File.Exists(Path.Combine(Repository.Root, target.Folder, target.Assembly + ".csproj")), target.Folder);
        }
    }
}
