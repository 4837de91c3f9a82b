using System;
using System.Linq;
using System.Text;
using PacketDotNet;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>What goes wrong on the card's side, and what the card lets in.</summary>
public sealed class NicFaultTests
{
    private const int EthernetHeader = 14;

    [Fact]
    public void CableThatIsPulledAndPutBackIsReported()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Boot(peer);
        machine.Monitor.SetCable(plugged: false);
        machine.Serial.WaitFor("network: eth0: the link is DOWN");
        Assert.Contains("link DOWN", machine.Command("net"), StringComparison.Ordinal);
        machine.Monitor.SetCable(plugged: true);
        machine.Serial.WaitFor("network: eth0: the link is up");
        Assert.Contains("changed 2 times", machine.Command("nic"), StringComparison.Ordinal);
        NetworkTests.AssertAnswers(peer);
        machine.ShutDown();
    }

    [Theory]
    [InlineData("e1000")]
    [InlineData("e1000e")]
    public void CardThatRaisesNoInterruptsIsNoticedCountedAndMended(string model)
    {
        using var peer = new EthernetPeer();
        using Machine machine = Boot(peer, model);
        machine.Command("stall interrupts");
        NetworkTests.AssertAnswers(peer);
        machine.Serial.WaitFor("frames had arrived and no interrupt: allowed again");
        Assert.Contains("interrupts lost 1,", machine.Command("nic"), StringComparison.Ordinal);
        NetworkTests.AssertAnswers(peer);
        machine.ShutDown();
    }

    [Theory]
    [InlineData("e1000")]
    [InlineData("e1000e")]
    public void TransmitterThatHasStoppedIsNoticedCountedAndStartedAgain(string model)
    {
        using var peer = new EthernetPeer();
        using Machine machine = Boot(peer, model);
        machine.Command("stall transmitter");
        Assert.Contains("sent 128, not sent 72", machine.Command("nic send 200"), StringComparison.Ordinal);
        machine.Serial.WaitFor("the transmitter had stopped: started again");
        Assert.Contains("transmitter started again 1, frames thrown away then 128", machine.Command("nic"), StringComparison.Ordinal);
        NetworkTests.AssertAnswers(peer);
        Assert.Matches(@"nic-transmit\s+blocking\s+2048\s+128\s+0\s+128\s", machine.Command("pools"));
        machine.ShutDown();
    }

    [Fact]
    public void SenderThatWaitsForBuffersGetsThemAll()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Boot(peer);
        const int frames = 2000;
        int mark = peer.HeardCount;
        Assert.Contains($"sent {frames}, not sent 0", machine.Command($"nic send {frames} wait"), StringComparison.Ordinal);
        EthernetPacket last = peer.WaitFor(packet => IsNumbered(packet, frames - 1), mark);
        Assert.NotNull(last);
        Assert.Equal(frames, peer.Heard(mark).Count(packet => (ushort)packet.Type == 0x88B5));
    }

    [Fact]
    public void FramesForOthersComeInOnlyOnRequest()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Boot(peer);
        byte[] single = Foreign("020000000077");
        byte[] group = Foreign("01005E000001");
        AssertReceives(machine, peer, 0, single, group);
        Assert.Contains("added", machine.Command("nic add 02:00:00:00:00:77"), StringComparison.Ordinal);
        AssertReceives(machine, peer, 1, single, group);
        Assert.Contains("added", machine.Command("nic add 01:00:5e:00:00:01"), StringComparison.Ordinal);
        AssertReceives(machine, peer, 2, single, group);
        Assert.Contains("removed", machine.Command("nic remove 02:00:00:00:00:77"), StringComparison.Ordinal);
        AssertReceives(machine, peer, 1, single, group);
        machine.Command("nic promiscuous on");
        AssertReceives(machine, peer, 3, single, group, Foreign("020000000099"));
        machine.Command("nic promiscuous off");
        AssertReceives(machine, peer, 1, single, group);
    }

    [Theory]
    [InlineData("e1000")]
    [InlineData("e1000e")]
    public void FramesTooLongOrWithATagAreCountedByName(string model)
    {
        using var peer = new EthernetPeer();
        using Machine machine = Boot(peer, model);
        const int longest = 1518;
        int mark = peer.HeardCount;
        peer.Send(Tagged(100, vlan: 5));
        peer.Send(Tagged(longest, vlan: 5));
        peer.Send(Tagged(longest, vlan: 0));
        peer.Send(new byte[1700]);
        NetworkTests.AssertAnswers(peer);
        string net = machine.Command("net");
        Assert.Contains("too long 1", net, StringComparison.Ordinal);
        Assert.Matches(@" 2  .*VLAN", net);
        Assert.Single(peer.Heard(mark), packet => packet.Extract<UdpPacket>() is { SourcePort: 7 } && packet.Bytes.Length == longest - 4);
    }

    [Fact]
    public void DuplicatesTruncatedReorderedAndRandomFramesAreAllAccountedFor()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Boot(peer);
        var random = new Random(7);
        byte[][] good = [.. Enumerable.Range(0, 50).Select(i => Frames.Udp(7, Encoding.ASCII.GetBytes($"datagram {i}")).Bytes)];
        byte[][] frames =
        [
            .. good, .. good,
            .. good.Select(frame => frame[..random.Next(1, frame.Length)]),
            .. Enumerable.Range(0, 200).Select(_ => RandomFrame(random)),
        ];
        random.Shuffle(frames);
        int mark = peer.HeardCount;
        foreach (byte[] frame in frames)
        {
            peer.Send(frame);
        }

        NetworkTests.AssertAnswers(peer);
        string[] answers =
            [.. peer.Heard(mark).Select(packet => packet.Extract<UdpPacket>()).Where(udp => udp is { SourcePort: 7 }).Select(udp =>
            Encoding.ASCII.GetString(udp!.PayloadData))];
        foreach (int i in Enumerable.Range(0, good.Length))
        {
            Assert.True(answers.Count(answer => answer == $"datagram {i}") >= 2, $"datagram {i} was sent twice");
        }

        Assert.Matches(@"nic-receive\s+non-blocking\s+2048\s+3072\s+2048\s+1024\s", machine.Command("pools"));
        Assert.Contains(" passed, 0 failed", machine.Command("selftest"), StringComparison.Ordinal);
    }

    private static Machine Boot(EthernetPeer peer, string model = "e1000")
    {
        Machine machine = Machine.Boot(new MachineSetup { Lab = true, NetworkPort = peer.Port, NetworkModel = model });
        NetworkTests.AssertAnswers(peer);
        return machine;
    }

    /// <summary>Sends frames that nobody answers, then asks something: when the answer is there they have been dealt with.</summary>
    private static void AssertReceives(Machine machine, EthernetPeer peer, int expected, params byte[][] frames)
    {
        const int framesOfTheQuestion = 3;
        long before = Received(machine);
        foreach (byte[] frame in frames)
        {
            peer.Send(frame);
        }

        NetworkTests.AssertAnswers(peer);
        Assert.Equal(expected + framesOfTheQuestion, Received(machine) - before);
    }

    private static long Received(Machine machine)
    {
        string text = machine.Command("net");
        int at = text.IndexOf("received ", StringComparison.Ordinal) + "received ".Length;
        return long.Parse(text.AsSpan(at, text.IndexOf(',', at) - at), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static bool IsNumbered(EthernetPacket packet, int number) =>
        (ushort)packet.Type == 0x88B5
            && System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(packet.Bytes.AsSpan(EthernetHeader)) == number;

    private static byte[] Foreign(string destination)
    {
        byte[] frame = new byte[60];
        Convert.FromHexString(destination).CopyTo(frame, 0);
        EthernetPeer.Hardware.GetAddressBytes().CopyTo(frame, 6);
        frame[12] = 0x88;
        frame[13] = 0xB5;
        return frame;
    }

    /// <summary>A datagram for the echo service behind a tag.</summary>
    private static byte[] Tagged(int length, byte vlan)
    {
        byte[] frame = Frames.Udp(7, new byte[length - 46]).Bytes;
        return [.. frame[..12], 0x81, 0, 0, vlan, .. frame[12..]];
    }

    private static byte[] RandomFrame(Random random)
    {
        byte[] frame = new byte[random.Next(1, 1515)];
        random.NextBytes(frame);
        if (frame.Length > 6 && random.Next(2) == 0)
        {
            EthernetPeer.GuestHardware.GetAddressBytes().CopyTo(frame, 0);
        }

        return frame;
    }
}
