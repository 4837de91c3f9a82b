using System;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>Mistakes in the machine: who makes one dies alone, and the report names it.</summary>
public sealed class FaultTests
{
    private const int Panicked = 65;

    [Theory]
    [InlineData("null", "PageFault: null reference", "Victim.MakeMistake")]
    [InlineData("throw", "InvalidOperationException: thrown on request", "Victim.MakeMistake")]
    [InlineData("bounds", "IndexOutOfRangeException", "Victim.MakeMistake")]
    [InlineData("divide", "DivideError", "Victim.MakeMistake")]
    [InlineData("allocate", "AllocationRefused: the heap is sealed: 30 bytes for String", "Victim.MakeMistake")]
    [InlineData("stack", "the stack has run into its guard page", "Victim.CallItself")]
    public void ThreadThatFaultsDiesAloneAndTheReportNamesTheMethod(string kind, string message, string method)
    {
        using var peer = new EthernetPeer();
        using var disk = new DiskImage();
        using Machine machine = Machine.Boot(new MachineSetup { Lab = true, NetworkPort = peer.Port, Disk = disk.Path });
        string report = machine.Command($"fault {kind}");
        Assert.Contains($"FAULT in thread fault-{kind}: ", report, StringComparison.Ordinal);
        Assert.Contains(message, report, StringComparison.Ordinal);
        Assert.Contains(method, report, StringComparison.Ordinal);

        Assert.Matches($@"fault-{kind}\s+10 FAULTED", machine.Command("threads"));
        Assert.Contains("died already", machine.Command($"fault {kind}"), StringComparison.Ordinal);
        Assert.Contains("0000  ", machine.Command("disk read 1"), StringComparison.Ordinal);
        NetworkTests.AssertAnswers(peer);
        machine.ShutDown();
    }

    [Fact]
    public void PanicNamesTheMethodsAndEndsTheEmulatorWithAStatusOfItsOwn()
    {
        using Machine machine = Machine.Boot(new MachineSetup { Lab = true });
        machine.Serial.Type("panic yes\r");
        Assert.Equal(Panicked, machine.WaitForExit());
        Assert.Contains("PANIC Panic: asked for at the shell", machine.Serial.Text, StringComparison.Ordinal);
        Assert.Contains("PanicCommand.Run", machine.Serial.Text, StringComparison.Ordinal);
        Assert.Contains("Shell.Execute", machine.Serial.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void PanicNeedsAYes()
    {
        using Machine machine = Machine.Boot(new MachineSetup { Lab = true });
        Assert.Contains("usage: panic yes", machine.Command("panic"), StringComparison.Ordinal);
        machine.ShutDown();
    }
}
