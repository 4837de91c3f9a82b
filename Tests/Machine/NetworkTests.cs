using System;
using System.Linq;
using System.Text;
using PacketDotNet;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>The machine on a cable: what it answers, and what it survives.</summary>
public sealed class NetworkTests
{
    [Theory]
    [InlineData("e1000", "pc")]
    [InlineData("e1000-82545em", "pc")]
    [InlineData("e1000e", "pc")]
    [InlineData("e1000e", "q35")]
    public void AnswersArpPingAndUdpEcho(string model, string board)
    {
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port, NetworkModel = model, Board = board });
        AssertAnswers(peer);
        machine.ShutDown();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(56)]
    [InlineData(1400)]
    [InlineData(1472)]
    public void PingOfThisSizeComesBackUnchanged(int size)
    {
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port });
        byte[] data = [.. Enumerable.Range(0, size).Select(i => (byte)(i * 7))];
        EthernetPacket answer = peer.Ask(Frames.Ping(5, data).Bytes, IsPingReply);
        IcmpV4Packet echo = answer.Extract<IcmpV4Packet>();
        Assert.Equal(5, echo.Sequence);
        Assert.Equal(data, echo.Data);
        Assert.True(echo.ValidIcmpChecksum);
        Assert.True(answer.Extract<IPv4Packet>().ValidIPChecksum);
    }

    [Fact]
    public void AddressOfTheCommandLineIsTheOneThatAnswers()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port, CommandLine = "ip=10.0.2.77/24" });
        var address = System.Net.IPAddress.Parse("10.0.2.77");
        int mark = peer.HeardCount;
        peer.Send(Frames.ArpRequest(EthernetPeer.GuestAddress).Bytes);
        peer.Send(Frames.ArpRequest(address).Bytes);
        EthernetPacket answer = peer.WaitFor(packet => packet.Extract<ArpPacket>() is { Operation: ArpOperation.Response }, mark);
        Assert.Equal(address, answer.Extract<ArpPacket>().SenderProtocolAddress);
    }

    [Fact]
    public void RequestsForOthersAreNotAnswered()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port });
        int mark = peer.HeardCount;
        peer.Send(Frames.ArpRequest(System.Net.IPAddress.Parse("10.0.2.99")).Bytes);
        AssertAnswers(peer);
        Assert.DoesNotContain(peer.Heard(mark), packet =>
            packet.Extract<ArpPacket>()?.SenderProtocolAddress.ToString() == "10.0.2.99");
    }

    [Fact]
    public void DamagedFramesAreCountedAndDoNoHarm()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port });
        byte[] good = Frames.Udp(7, Encoding.ASCII.GetBytes("to be damaged")).Bytes;
        var random = new Random(1);
        const int damaged = 500;
        for (int i = 0; i < damaged; i++)
        {
            byte[] bad = (byte[])good.Clone();
            bad[random.Next(bad.Length)] ^= (byte)(1 << random.Next(8));
            peer.Send(i % 3 == 0 ? bad.AsSpan(0, random.Next(1, bad.Length)) : bad);
        }

        AssertAnswers(peer);
        Assert.Contains(" passed, 0 failed", machine.Command("selftest"), StringComparison.Ordinal);
    }

    [Fact]
    public void CablePulledAndPutBackCostsNothingElse()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port });
        AssertAnswers(peer);
        machine.Monitor.SetCable(plugged: false);
        Assert.Contains("nic-receive", machine.Command("pools"), StringComparison.Ordinal);
        machine.Monitor.SetCable(plugged: true);
        AssertAnswers(peer);
    }

    internal static void AssertAnswers(EthernetPeer peer)
    {
        EthernetPacket arp =
            peer.Ask(Frames.ArpRequest(EthernetPeer.GuestAddress).Bytes, packet =>
            packet.Extract<ArpPacket>() is { Operation: ArpOperation.Response });
        Assert.Equal(EthernetPeer.GuestHardware, arp.Extract<ArpPacket>().SenderHardwareAddress);

        peer.Ask(Frames.Ping(1, new byte[32]).Bytes, IsPingReply);

        byte[] data = Encoding.ASCII.GetBytes("echo, please");
        EthernetPacket echo = peer.Ask(Frames.Udp(7, data).Bytes, packet => packet.Extract<UdpPacket>() is { SourcePort: 7 });
        Assert.Equal(data, echo.Extract<UdpPacket>().PayloadData);
        Assert.True(echo.Extract<UdpPacket>().ValidUdpChecksum);
    }

    private static bool IsPingReply(EthernetPacket packet) => packet.Extract<IcmpV4Packet>() is { TypeCode: IcmpV4TypeCode.EchoReply };
}
