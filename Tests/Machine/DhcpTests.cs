using System;
using System.Linq;
using System.Net;
using System.Net.NetworkInformation;
using PacketDotNet;
using Reservoir.Tests.Fuzzing;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>The machine asks for its address: QEMU's server, which nobody here wrote, and one that can be made to say anything.</summary>
public sealed class DhcpTests
{
    private const uint Leased = 0x0A000237;
    private const int Message = FrameBytes.Ethernet + FrameBytes.Ipv4 + FrameBytes.Udp;
    private static readonly FuzzParties s_parties = new() { HostAddress = Leased };

    [Fact]
    public void ServerOfQemuGivesTheAddress()
    {
        using Machine machine = Machine.Boot(new MachineSetup { UserNetwork = true, CommandLine = "ip=dhcp" });
        machine.Serial.WaitFor("dhcp: 10.0.2.15/24 from 10.0.2.2, router 10.0.2.2, for 86400 s");
        string state = machine.Command("net dhcp");
        Assert.Contains("state:    bound", state, StringComparison.Ordinal);
        Assert.Contains("names:    10.0.2.3", state, StringComparison.Ordinal);
        Assert.Contains("10.0.2.15/24 (dhcp)", machine.Command("net"), StringComparison.Ordinal);
        Assert.Contains("router 10.0.2.2", machine.Command("net arp"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void AddressTakesEffectIsRenewedAndIsGivenUpWhenTheServerFallsSilent()
    {
        const int lease = 12;
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port, CommandLine = "ip=dhcp" });
        Assert.Contains("no address yet", machine.Command("net"), StringComparison.Ordinal);

        byte[] discover = WaitForQuestion(peer, 1, 0);
        Answer(peer, 2, discover, lease);
        byte[] request = WaitForQuestion(peer, 3, 0);
        Assert.Equal(discover[4..8], request[4..8]);
        int asked = peer.HeardCount;
        Answer(peer, 5, request, lease);
        machine.Serial.WaitFor("dhcp: 10.0.2.55/24 from 10.0.2.2, router 10.0.2.2, for 12 s");
        Assert.Equal(3, peer.Heard(0).Count(IsProbe));
        peer.Ask(Frames.ArpRequest(new IPAddress(DhcpBytes.Bytes(Leased))).Bytes, packet =>
            packet.Extract<ArpPacket>() is { Operation: ArpOperation.Response });

        byte[] renewal = WaitForQuestion(peer, 3, asked);
        Assert.Equal(DhcpBytes.Bytes(Leased), renewal[12..16]);
        asked = peer.HeardCount;
        Answer(peer, 5, renewal, lease);

        // The next questions stay without an answer.
        byte[] second = WaitForQuestion(peer, 3, asked);
        Assert.NotEqual(renewal[4..8], second[4..8]);
        machine.Serial.WaitFor("dhcp: the lease has ended");
        byte[] anew = WaitForQuestion(peer, 1, asked);
        Assert.NotEqual(second[4..8], anew[4..8]);
        Assert.Contains("no address yet", machine.Command("net"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    [Fact]
    public void AddressThatAnotherHostHasIsDeclined()
    {
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port, CommandLine = "ip=dhcp" });
        Answer(peer, 2, WaitForQuestion(peer, 1, 0), 3600);
        Answer(peer, 5, WaitForQuestion(peer, 3, 0), 3600);
        peer.WaitFor(IsProbe, 0);
        var other = PhysicalAddress.Parse("02-00-00-00-00-02");
        peer.Send(new EthernetPacket(other, EthernetPeer.GuestHardware, EthernetType.Arp)
        {
            PayloadPacket =
                new ArpPacket(ArpOperation.Response, EthernetPeer.GuestHardware, IPAddress.Any, other,
                new IPAddress(DhcpBytes.Bytes(Leased))),
        }.Bytes);
        WaitForQuestion(peer, 4, 0);
        machine.Serial.WaitFor("dhcp: another host has the address");
        Assert.Contains("declined 1", machine.Command("net dhcp"), StringComparison.Ordinal);
        machine.ShutDown();
    }

    private static bool IsProbe(EthernetPacket packet) =>
        packet.Extract<ArpPacket>() is { Operation: ArpOperation.Request } arp && arp.SenderProtocolAddress.Equals(IPAddress.Any);

    /// <summary>Waits for a client's message of some type.</summary>
    private static byte[] WaitForQuestion(EthernetPeer peer, byte type, int from) =>
        peer.WaitFor(packet => IsQuestion(packet.Bytes, type), from).Bytes[Message..];

    private static bool IsQuestion(byte[] frame, byte type) =>
        frame.Length > Message + DhcpBytes.Options + 2 && frame[12] == 8 && frame[13] == 0 && frame[23] == 17 && frame[37] == 67
            && frame[Message + DhcpBytes.Options + 2] == type;

    private static void Answer(EthernetPeer peer, byte type, byte[] question, uint lease)
    {
        uint transaction = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(question.AsSpan(DhcpBytes.Transaction));
        byte[] message = DhcpBytes.Answer(type, transaction, s_parties, lease);
        byte[] datagram = FrameBytes.User(s_parties.PeerAddress, uint.MaxValue, 67, 68, message);
        peer.Send(
            FrameBytes.Link(FuzzParties.Everybody, s_parties.PeerStation, 0x0800,
            FrameBytes.Internet(s_parties.PeerAddress, uint.MaxValue, 17, datagram)));
    }
}
