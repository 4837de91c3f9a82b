using System;
using System.Linq;
using System.Text;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>From the wire to the platter and back.</summary>
public sealed class RecorderTests
{
    private const int RecorderPort = 9999;

    [Fact]
    public void DatagramIsOnTheDiskAfterAShutdownAndShownAfterTheNextBoot()
    {
        using var disk = new DiskImage();
        byte[] data = Encoding.ASCII.GetBytes("the quick brown fox crosses from the wire to the platter 0123456789");
        using (var peer = new EthernetPeer())
        using (Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port }))
        {
            NetworkTests.AssertAnswers(peer);
            peer.Send(Frames.Udp(RecorderPort, data).Bytes);
            NetworkTests.AssertAnswers(peer);
            machine.ShutDown();
        }

        Assert.True(disk.Read().AsSpan().IndexOf(data) >= 0, "the datagram is not in the image");
        using Machine second = Machine.Boot(new MachineSetup { Disk = disk.Path });
        Assert.Contains("1", second.Command("record list"), StringComparison.Ordinal);
        string shown = second.Command("record show 1");
        Assert.Contains("the quick brown fox", shown, StringComparison.Ordinal);
        Assert.Contains("10.0.2.2", shown, StringComparison.Ordinal);
        second.ShutDown();
    }

    [Fact]
    public void BinaryDatagramsOfEverySizeSurviveByteForByte()
    {
        using var disk = new DiskImage();
        var random = new Random(7);
        int[] sizes = [1, 2, 455, 456, 457, 1000, 1024, 1471, 1472];
        byte[][] datagrams = [.. sizes.Select(size => RandomBytes(random, size))];
        using (var peer = new EthernetPeer())
        using (Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port }))
        {
            NetworkTests.AssertAnswers(peer);
            foreach (byte[] datagram in datagrams)
            {
                peer.Send(Frames.Udp(RecorderPort, datagram).Bytes);
            }

            NetworkTests.AssertAnswers(peer);
            machine.ShutDown();
        }

        byte[] image = disk.Read();
        int from = 0;
        foreach (byte[] datagram in datagrams.Where(datagram => datagram.Length > 8))
        {
            int at = image.AsSpan(from).IndexOf(datagram);
            Assert.True(at >= 0, $"the datagram of {datagram.Length} bytes is not there, or not in order");
            from += at + datagram.Length;
        }

        using Machine second = Machine.Boot(new MachineSetup { Disk = disk.Path });
        Assert.Contains($"{sizes.Length} records", second.Serial.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void DiskWithAPartitionTableIsLeftAsItIs()
    {
        using var disk = new DiskImage();
        disk.Write(446, [0x80, 1, 1, 0, 0x83, 254, 255, 255, 63, 0, 0, 0, 0, 0x70, 0, 0]);
        disk.Write(510, [0x55, 0xAA]);
        disk.Write(1_000_000, Encoding.ASCII.GetBytes("somebody's file"));
        byte[] before = disk.Read();
        using (var peer = new EthernetPeer())
        using (Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port }))
        {
            NetworkTests.AssertAnswers(peer);
            peer.Send(Frames.Udp(RecorderPort, [1, 2, 3]).Bytes);
            NetworkTests.AssertAnswers(peer);
            Assert.Contains("record format yes", machine.Serial.Text, StringComparison.Ordinal);
            machine.Command("record list");
            machine.ShutDown();
        }

        Assert.Equal(before, disk.Read());
    }

    [Fact]
    public void ReadErrorIsAMessageAndTheRestGoesOn()
    {
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        string rules = System.IO.Path.GetTempFileName();
        System.IO.File.WriteAllText(rules, "[inject-error]\nevent = \"read_aio\"\nerrno = \"5\"\nsector = \"100\"\nonce = \"off\"\n");
        using Machine machine = Machine.Boot(new MachineSetup { DiskFile = $"blkdebug:{rules}:{disk.Path}", NetworkPort = peer.Port });
        string failed = machine.Command("disk read 100");
        Assert.Contains("error", failed, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("0000  ", machine.Command("disk read 101"), StringComparison.Ordinal);
        NetworkTests.AssertAnswers(peer);
        machine.ShutDown();
        System.IO.File.Delete(rules);
    }

    [Fact]
    public void ReadPastTheEndIsRefusedWithAMessage()
    {
        using var disk = new DiskImage();
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path });
        Assert.Contains("32768", machine.Command("disk read 32768"), StringComparison.Ordinal);
        Assert.Contains("0000  ", machine.Command("disk read 32767"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void DiskBeyondTheReachOf28BitsIsReadAtItsEnd()
    {
        const long bytes = (1L << 28) * 512 + 1024 * 1024;
        using var disk = new DiskImage(bytes);
        disk.Write(bytes - 512, Encoding.ASCII.GetBytes("the last block"));
        disk.Write(0, Encoding.ASCII.GetBytes("not blank"));
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path });
        Assert.Contains("the last block", machine.Command($"disk read {bytes / 512 - 1}"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    private static byte[] RandomBytes(Random random, int size)
    {
        byte[] bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }
}
