using System;
using System.Linq;
using PacketDotNet;
using Reservoir.Tests.Fuzzing;
using Xunit;
using Xunit.Abstractions;

namespace Reservoir.Tests.Machine;

/// <summary>Nothing malformed and no wrong checksum leaves the kernel, also where the card inserts the checksums: tshark says so.</summary>
public sealed class CaptureTests(ITestOutputHelper output)
{
    private const string FromKernel = $"eth.src == {EthernetPeer.GuestHardwareText}";
    private const string FromPeer = $"!({FromKernel})";
    private const ushort Echo = 7;
    private const ushort Closed = 4321;
    private const ushort Recorder = 9999;
    private const ushort DamagedPort = 4660;

    /// <summary>Severity 0x800000 is "error".</summary>
    private const string Bad =
        "(_ws.malformed || _ws.expert.severity == 8388608 || ip.checksum.status == 0"
        + " || udp.checksum.status == 0 || icmp.checksum.status == 0)";
    private static readonly FuzzParties s_parties = new() { AllReachTheHost = true };
    private static readonly int[] s_lengths = [0, 1, 17, 18, 19, 47, 48, 100, 1001, 1471, 1472];

    [Theory]
    [InlineData("e1000", true)]
    [InlineData("e1000", false)]
    [InlineData("e1000e", true)]
    public void EverythingThatTheKernelSendsIsWellFormed(string model, bool offload)
    {
        using var capture = new Capture();
        using var disk = new DiskImage();
        using (var peer = new EthernetPeer())
        using (Machine machine =
            Machine.Boot(new MachineSetup { NetworkPort = peer.Port, NetworkModel = model, Disk = disk.Path, CaptureFile = capture.Path }))
        {
            machine.Serial.WaitFor("recorder: ata0 has ", 0);
            Assert.Contains(offload ? "on" : "off", machine.Command($"nic offload {(offload ? "on" : "off")}"), StringComparison.Ordinal);
            NetworkTests.AssertAnswers(peer);
            foreach (int length in s_lengths)
            {
                byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 7))];
                peer.Ask(Frames.Udp(Echo, data).Bytes, packet => packet.Extract<UdpPacket>() is { SourcePort: Echo });
                peer.Ask(Frames.Udp(Closed, data).Bytes, packet =>
                    packet.Extract<IcmpV4Packet>() is { TypeCode: IcmpV4TypeCode.UnreachablePort });
                peer.Ask(Frames.Udp(Recorder, data).Bytes, packet => packet.Extract<UdpPacket>() is { SourcePort: Recorder });
                peer.Ask(Frames.Ping((ushort)length, data).Bytes, packet =>
                    packet.Extract<IcmpV4Packet>() is { TypeCode: IcmpV4TypeCode.EchoReply });
            }

            AskInFragments(peer, 1, FrameBytes.Control(8, 0, new byte[4001]));
            AskInFragments(peer, 17, FrameBytes.User(s_parties.PeerAddress, s_parties.HostAddress, 40000, Echo, new byte[20_000]));
            peer.Send(DamagedDatagram());
            NetworkTests.AssertAnswers(peer);
            machine.ShutDown();
        }

        int sent = capture.Find(FromKernel).Length;
        output.WriteLine($"{model}: {sent} frames of the kernel");
        Assert.InRange(sent, s_lengths.Length * 4 + 3 + 14, int.MaxValue);
        Assert.Empty(capture.Find($"{FromKernel} && {Bad}"));
        Assert.Empty(capture.Find($"{FromKernel} && frame.len < 60"));
        const string whole = $"{FromKernel} && udp && !icmp && ip.flags.mf == 0 && ip.frag_offset == 0";
        Assert.InRange(capture.Find($"{whole} && udp.checksum.status == 1").Length, s_lengths.Length * 2, sent);
        Assert.Empty(capture.Find($"{whole} && udp.checksum.status != 1"));

        // It would have been seen.
        Assert.Single(capture.Find($"{FromPeer} && {Bad}"));
        Assert.Single(capture.Find($"{FromPeer} && {Bad} && udp.srcport == {DamagedPort}"));
    }

    [Fact]
    public void WhatTheDhcpClientSendsIsWellFormed()
    {
        using var capture = new Capture();
        using (Machine machine = Machine.Boot(new MachineSetup { UserNetwork = true, CommandLine = "ip=dhcp", CaptureFile = capture.Path }))
        {
            machine.Serial.WaitFor("dhcp: 10.0.2.15/24 from 10.0.2.2");
            machine.ShutDown();
        }

        Assert.NotEmpty(capture.Find($"{FromKernel} && dhcp.option.dhcp == 1"));
        Assert.NotEmpty(capture.Find($"{FromKernel} && dhcp.option.dhcp == 3"));
        Assert.Empty(capture.Find($"{FromKernel} && {Bad}"));
        Assert.Empty(capture.Find($"{FromKernel} && udp && udp.checksum.status != 1"));
    }

    private static void AskInFragments(EthernetPeer peer, byte protocol, byte[] data)
    {
        const int piece = 1480;
        int mark = peer.HeardCount;
        for (int start = 0; start < data.Length; start += piece)
        {
            bool more = start + piece < data.Length;
            byte[] datagram = FrameBytes.Internet(
                s_parties.PeerAddress, s_parties.HostAddress, protocol, data.AsSpan(start, Math.Min(piece, data.Length - start)),
                    id: protocol, (ushort)(start / 8 | (more ? 0x2000 : 0)));
            peer.Send(FrameBytes.Link(s_parties.HostStation, s_parties.PeerStation, 0x0800, datagram));
        }

        peer.WaitFor(packet =>
            packet.Bytes[12] == 8 && (packet.Bytes[20] & 0x20) == 0 && ((packet.Bytes[20] & 0x1F) | packet.Bytes[21]) != 0, mark);
    }

    private static byte[] DamagedDatagram()
    {
        byte[] datagram = FrameBytes.User(s_parties.PeerAddress, s_parties.HostAddress, DamagedPort, Echo, new byte[30]);
        datagram[6] ^= 0x55;
        return FrameBytes.Link(s_parties.HostStation, s_parties.PeerStation, 0x0800,
            FrameBytes.Internet(s_parties.PeerAddress, s_parties.HostAddress, 17, datagram));
    }
}
