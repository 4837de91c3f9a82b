using System;
using Reservoir.Devices;
using Reservoir.Drivers.E1000;
using Reservoir.Lab.Commands;
using Reservoir.Lab.Faults;
using Reservoir.Shell;
using Reservoir.Tests.Unit.Drivers;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Shell;

/// <summary>The laboratory's command that breaks the network card.</summary>
public sealed class NicFaultCommandTests : IDisposable
{
    private readonly NicBench _bench = new();
    private readonly TextBuffer _output = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void ACardThatIsStalledIsFoundStalledByItsDriver()
    {
        Assert.Equal(CommandResult.Done, Run(_bench.Faults, "transmitter"));
        Assert.Equal(SendResult.Sent, _bench.Driver.TrySend(new byte[60], TransmitChecksums.None));
        Assert.Equal(NetworkFault.None, _bench.Driver.Watch());
        Assert.Equal(NetworkFault.TransmitterStopped, _bench.Driver.Watch());
    }

    [Fact]
    public void InterruptsAreStalledByName()
    {
        Assert.Equal(CommandResult.Done, Run(_bench.Faults, "interrupts"));
        _bench.Arrive(1);
        Assert.False(_bench.Card.Interrupts);
    }

    [Theory]
    [InlineData("")]
    [InlineData("everything")]
    [InlineData("interrupts now")]
    public void AnythingElseIsRefusedAndBreaksNothing(string words)
    {
        Assert.Equal(CommandResult.BadArguments, Run(_bench.Faults, words));
        _bench.Arrive(1);
        Assert.True(_bench.Card.Interrupts);
    }

    [Fact]
    public void WithoutACardNothingIsBroken()
    {
        Assert.Equal(CommandResult.Done, Run(new E1000Faults(), "transmitter"));
        Assert.Contains("no network card", _output.Text);
    }

    [Fact]
    public void OneCardOnlyIsAttached() => Assert.Throws<InvalidOperationException>(() => _bench.Faults.Attach(_bench.Card));

    private CommandResult Run(E1000Faults faults, string words)
    {
        var arguments = new CommandArguments(System.Text.Encoding.UTF8.GetBytes(words));
        return new NicFaultCommand(faults).Run(_bench.Workshop.Context, ref arguments, _output);
    }
}
