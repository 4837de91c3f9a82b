using System;
using Reservoir.Devices;
using Reservoir.Drivers.Ata;
using Reservoir.Lab.Faults;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Shell.Commands;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The disk fault tests of the machine on a host: the lab's wrapper makes a channel misbehave from outside, the driver gets over
/// it.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private const ulong Tested = 300;
    private readonly DiskFaults _faults = new();
    private readonly DiskBench _bench;

    public DiskFaultTests()
    {
        _bench = DiskBench.WithDisk(DiskBench.Drive(1 << 15), wrap: _faults.Wrap);
    }

    private AtaDrive Disk => _bench.Disk!;

    private FaultyAtaChannel Channel => _faults.Find("ata0")!;

    public void Dispose()
    {
        Assert.Equal(_bench.Pool.Count, _bench.Pool.Free);
        _bench.Dispose();
    }

    [Fact]
    public void InterruptThatDoesNotComeIsNoticedAndGotOver()
    {
        Channel.Inject(DiskFault.Silent, 2);
        AssertWritesAndReads(5000);
        Assert.Contains("disk: ata0: command CA at block 5000: the disk gave no interrupt\n", _bench.Messages.ToString());
        Assert.Equal((2ul, 0ul, 0ul, 2ul), (Disk.Retries, Disk.Failures, Disk.Timeouts, Disk.LostInterrupts));

        // By the processor, in the middle of a command.
        Assert.True(Disk.TrySetMode(TransferMode.Programmed));
        Channel.Inject(DiskFault.Silent, 1);
        AssertWritesAndReads(5000);
        Assert.Equal(3ul, Disk.Retries);
    }

    [Fact]
    public void InterruptsThatDoNotComeForEachAttemptAreAnError()
    {
        Channel.Inject(DiskFault.Silent, 3);
        Assert.Equal(BlockStatus.InterruptLost, _bench.ReadAndCompare(100, 1));
        Assert.Equal(BlockStatus.Ok, _bench.ReadAndCompare(100, 1));
        Assert.Equal((1ul, 0ul, 3ul), (Disk.Failures, Disk.Timeouts, Disk.LostInterrupts));
    }

    [Fact]
    public void BusMasterThatKeepsFailingIsGivenUpAndTheProcessorMovesTheData()
    {
        Channel.Inject(DiskFault.ShortTransfer, 3);
        AssertWritesAndReads(5000);
        Assert.Contains("the bus master has failed 3 times in a row; the processor moves the data from now on", _bench.Messages.ToString());
        Assert.Equal(TransferMode.Programmed, Disk.Mode);
        Assert.True(Disk.TrySetMode(TransferMode.BusMaster));
        AssertWritesAndReads(6000);
        Assert.Equal(TransferMode.BusMaster, Disk.Mode);
    }

    [Fact]
    public void DiskThatIsGoneIsAnErrorAtOnceAndIsFoundAgainWhenItIsBack()
    {
        Channel.Inject(DiskFault.Gone, 1000);
        Assert.Equal(BlockStatus.NoDevice, _bench.ReadAndCompare(100, 1));
        Assert.Equal(BlockStatus.NoDevice, _bench.Write(100, 1, 3));
        Assert.Equal(BlockStatus.NoDevice, Disk.Flush(_bench.Context));
        Assert.Equal(["disk: ata0 doesn't answer; requests are refused until it does"], _bench.Messages.Lines);
        Assert.Equal(0, _bench.Waited);
        Channel.Inject(DiskFault.Gone, 0);
        Assert.Equal(BlockStatus.Ok, _bench.ReadAndCompare(100, 1));
        Assert.Equal("disk: ata0 answers again", _bench.Messages.Lines[^1]);
        AssertWritesAndReads(5000);
    }

    [Fact]
    public void DiskThatIsGoneForAWhileComesBackByItself()
    {
        Channel.Inject(DiskFault.Gone, 5);
        int refused = 0;
        while (_bench.ReadAndCompare(100, 1) != BlockStatus.Ok)
        {
            Assert.True(++refused < 6, "it does not come back");
        }

        Assert.InRange(refused, 2, 5);
    }

    [Fact]
    public void DiskThatStopsAnsweringIsResetAndTheRequestEndsInTime()
    {
        Assert.Equal(BlockStatus.Ok, _bench.ReadAndCompare(100, 1));
        _bench.Setup.Master!.HungCommands = AtaDrive.Attempts;
        Assert.Equal(BlockStatus.TimedOut, _bench.ReadAndCompare(102, 1));
        Assert.Contains("disk: ata0: command C8 at block 102: the disk did not answer in time", _bench.Messages.ToString());
        Assert.Equal(BlockStatus.Ok, _bench.ReadAndCompare(102, 1));
        Assert.Equal(3ul, Disk.Timeouts);
    }

    [Fact]
    public void WithoutAFaultTheWrapperChangesNothing()
    {
        AssertWritesAndReads(5000);
        Assert.True(Disk.TrySetMode(TransferMode.Programmed));
        AssertWritesAndReads(6000);
        Assert.Equal((0ul, 0ul), (Disk.Retries, Disk.Failures));
        Assert.Equal("", _bench.Messages.ToString());
    }

    [Fact]
    public void AFaultIsOfOneChannel()
    {
        Assert.Same(_faults.Find("ata0"), _faults.Find("ata1"));
        Assert.Same(_faults.Find("ata2"), _faults.Find("ata3"));
        Assert.NotSame(_faults.Find("ata0"), _faults.Find("ata2"));
        Assert.Null(_faults.Find("fake"));
        Assert.Null(_faults.Find(""));
        _faults.Find("ata2")!.Inject(DiskFault.Gone, 10);
        Assert.Equal(BlockStatus.Ok, _bench.ReadAndCompare(100, 1));
    }

    /// <summary>Blocks are written and read, and are right in the end, whatever it takes.</summary>
    private void AssertWritesAndReads(ulong first)
    {
        DiskTest test = default;
        Assert.True(test.Run(_bench.Context, Disk, first, Tested, _bench.Workshop.Processor.Now, 1_000_000_000));
        Assert.Equal((Tested, 0ul), (test.ComparedBlocks, test.WrongBlocks));
        Assert.Equal((0, 0, 0), (test.FailedWrites, test.FailedFlushes, test.FailedReads));
    }
}
