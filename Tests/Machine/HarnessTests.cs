using System;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>The harness itself: when something is wrong it says what, and soon.</summary>
public sealed class HarnessTests
{
    [Fact]
    public void EmulatorThatRefusesItsOptionsIsQuoted()
    {
        var error = Assert.Throws<InvalidOperationException>(() => Machine.Start(new MachineSetup { DiskFile = "/nowhere/disk.img" }));
        Assert.Contains("/nowhere/disk.img", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WaitThatCannotBeFulfilledQuotesTheSerialLine()
    {
        using Machine machine = Machine.Start(new MachineSetup { CommandLine = "selftest=only" });
        var error = Assert.Throws<TimeoutException>(() => machine.Serial.WaitFor("what no kernel says"));
        Assert.Contains("'what no kernel says'", error.Message, StringComparison.Ordinal);
        Assert.Contains("before the machine ended", error.Message, StringComparison.Ordinal);
        Assert.Contains("SELFTEST SUMMARY", error.Message, StringComparison.Ordinal);
    }
}
