using System;
using System.Runtime.CompilerServices;
using PacketDotNet;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>Disks that stop answering, lose interrupts, can't do DMA any more, are gone, or were never there: each is an error or is got
/// over, counted and said, and nothing hangs.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private const int RecorderPort = 9999;
    private const int TestedBlocks = 300;
    private readonly DiskImage _disk = new();

    public void Dispose() => _disk.Dispose();

    [Fact]
    public void InterruptThatDoesNotComeIsNoticedAndGotOver()
    {
        using Machine machine = Boot();
        machine.Command("disk-fail silent 2");
        AssertWritesAndReads(machine, 5000, "2 retries");
        machine.Serial.WaitFor("disk: ata0: command CA at block 5000: the disk gave no interrupt\n");
        Assert.Contains("0 failures, 0 timeouts, 2 lost interrupts", machine.Command("disk"), StringComparison.Ordinal);

        // By the processor, in the middle of a command.
        machine.Command("disk pio");
        machine.Command("disk-fail silent 1");
        AssertWritesAndReads(machine, 5000, "3 retries");
        machine.ShutDown();
        DiskTests.AssertPattern(_disk.Read(), 5000, TestedBlocks);
    }

    [Fact]
    public void InterruptsThatDoNotComeForEachAttemptAreAnError()
    {
        using Machine machine = Boot();
        machine.Command("disk-fail silent 3");
        Assert.Contains("disk: block 100: the disk gave no interrupt", machine.Command("disk read 100"), StringComparison.Ordinal);
        Assert.Contains("0000  ", machine.Command("disk read 100"), StringComparison.Ordinal);
        Assert.Contains("1 failures, 0 timeouts, 3 lost interrupts", machine.Command("disk"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void BusMasterThatKeepsFailingIsGivenUpAndTheProcessorMovesTheData()
    {
        using Machine machine = Boot();
        machine.Command("disk-fail short 3");
        AssertWritesAndReads(machine, 5000);
        machine.Serial.WaitFor("the bus master has failed 3 times in a row; the processor moves the data from now on");
        Assert.Contains("16 MiB, PIO", machine.Command("disk"), StringComparison.Ordinal);
        Assert.Contains("ata0: DMA", machine.Command("disk dma"), StringComparison.Ordinal);
        AssertWritesAndReads(machine, 6000);
        Assert.Contains("16 MiB, DMA", machine.Command("disk"), StringComparison.Ordinal);
        machine.ShutDown();
        DiskTests.AssertPattern(_disk.Read(), 5000, TestedBlocks);
    }

    [Fact]
    public void DiskThatIsGoneIsAnErrorAtOnceAndIsFoundAgainWhenItIsBack()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Boot(peer.Port);
        machine.Serial.WaitFor("recorder: ata0 has ", 0);
        AssertRecords(peer, [1, 1]);
        machine.Command("disk-fail gone 1000");
        Assert.Contains("disk: block 100: there is no disk, or it does not answer", machine.Command("disk read 100"),
            StringComparison.Ordinal);
        machine.Serial.WaitFor("disk: ata0 doesn't answer; requests are refused until it does");
        int mark = machine.Serial.Text.Length;
        peer.Send(Frames.Udp(RecorderPort, [2, 2]).Bytes);
        machine.Serial.WaitFor("recorder: 1 datagrams behind record 1 lost: there is no disk, or it does not answer", mark);
        Assert.Contains("no volume 0, failed 1\nrecorded: acknowledged 1,", machine.Command("record"), StringComparison.Ordinal);
        NetworkTests.AssertAnswers(peer);

        machine.Command("disk-fail gone 0");
        Assert.Contains("0000  ", machine.Command("disk read 100"), StringComparison.Ordinal);
        machine.Serial.WaitFor("disk: ata0 answers again");
        AssertRecords(peer, [3, 3]);
        Assert.Contains("oldest 1, newest 2,", machine.Command("record"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void DiskThatStopsAnsweringIsResetAndTheRequestEndsInTime()
    {
        using Machine machine = Boot();
        Assert.Contains("0000  ", machine.Command("disk read 100"), StringComparison.Ordinal);
        SetSpeed(machine, bytesPerSecond: 1);

        // The first request gets through, on credit; the drive has no answer for the second.
        machine.Command("disk read 101");
        machine.Command("disk read 102");
        machine.Serial.WaitFor("disk: ata0: command C8 at block 102: the disk did not answer in time");
        SetSpeed(machine, bytesPerSecond: 0);
        Assert.Contains("0000  ", machine.Command("disk read 102"), StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 timeouts", machine.Command("disk"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void WithoutADiskTheSystemComesUpAndTheRecorderRefusesWithAReason()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port });
        machine.Serial.WaitFor("recorder: there is no disk; datagrams will be refused", 0);
        NetworkTests.AssertAnswers(peer);
        int mark = peer.HeardCount;
        peer.Send(Frames.Udp(RecorderPort, [1, 2]).Bytes);
        machine.Serial.WaitFor("recorder: datagrams are being lost: the disk is not in use as a volume", 0);
        Assert.Contains("no volume 1, failed 0\nrecorded: acknowledged 0,", machine.Command("record"), StringComparison.Ordinal);
        Assert.Contains("disk: there is no disk", machine.Command("disk"), StringComparison.Ordinal);
        Assert.Contains("disk: there is no disk", machine.Command("disk read 0"), StringComparison.Ordinal);
        Assert.Contains("disk: there is no disk", machine.Command("disk bench"), StringComparison.Ordinal);
        NetworkTests.AssertAnswers(peer);
        Assert.DoesNotContain(peer.Heard(mark), IsAcknowledgement);
        machine.ShutDown();
    }

    private Machine Boot(int? networkPort = null, [CallerMemberName] string test = "") =>
        Machine.Boot(new MachineSetup { Lab = true, Disk = _disk.Path, NetworkPort = networkPort }, test);

    /// <summary>Has blocks written and read, which is right in the end, whatever it takes.</summary>
    private static void AssertWritesAndReads(Machine machine, int first, string retries = "") =>
        Assert.Contains(
            $"{TestedBlocks} compared, 0 wrong\nfailed: 0 writes, 0 flushes, 0 reads; {retries}",
            machine.Command($"disk test {first} {TestedBlocks} yes"),
            StringComparison.Ordinal);

    private static void AssertRecords(EthernetPeer peer, byte[] data)
    {
        int mark = peer.HeardCount;
        peer.Send(Frames.Udp(RecorderPort, data).Bytes);
        peer.WaitFor(IsAcknowledgement, mark);
    }

    private static bool IsAcknowledgement(EthernetPacket packet) => packet.Extract<UdpPacket>() is { SourcePort: RecorderPort };

    private static void SetSpeed(Machine machine, int bytesPerSecond) =>
        machine.Monitor.Execute("block_set_io_throttle",
            new { device = "ide0-hd0", bps = bytesPerSecond, bps_rd = 0, bps_wr = 0, iops = 0, iops_rd = 0, iops_wr = 0 });
}
