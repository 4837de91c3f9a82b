using System;
using System.Buffers.Binary;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Tests.Fuzzing;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>A card that checks everything it is asked to send: well-formed, from this host, and to one other host, or to all only in
/// ARP and DHCP.</summary>
internal sealed class CheckedNetworkCard : NetworkCard
{
    private readonly FuzzParties _parties;

    public CheckedNetworkCard(FuzzParties parties)
    {
        _parties = parties;
        Address = MacAddress.Read(parties.HostStation);
    }

    public ulong Sent { get; private set; }

    /// <summary>The transaction of the last DHCP message.</summary>
    public uint Transaction { get; private set; }

    /// <summary>Buffers it has before it refuses; -1 for as many as wanted.</summary>
    public int Buffers { get; set; } = -1;

    public override MacAddress Address { get; }

    public override BlockingPool TransmitPool => throw new NotSupportedException();

    public override string Name => "checked";

    public override bool Ready => true;

    public override bool LinkUp => true;

    public override bool Enable() => true;

    public override NetworkStatistics TakeStatistics() => new() { FramesSent = Sent };

    public override SendResult Send(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums,
        ulong timeoutNanoseconds) => TrySend(frame, checksums);

    public override SendResult TrySend(ReadOnlySpan<byte> frame, TransmitChecksums checksums)
    {
        if (Buffers == 0)
        {
            return SendResult.NoBuffer;
        }

        Buffers -= Buffers > 0 ? 1 : 0;
        Sent++;
        Require(frame.Length is >= 60 and <= 1514, "length", frame);
        Require(frame[6..12].SequenceEqual(_parties.HostStation), "source station", frame);
        bool isForAll = frame[..6].SequenceEqual(FuzzParties.Everybody);
        Require(isForAll || (frame[0] & 1) == 0, "destination station", frame);
        ushort type = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]);
        Require(type is 0x0800 or 0x0806, "type", frame);
        if (type == 0x0806)
        {
            Require(!isForAll || frame[21] == 1, "a reply to all", frame);
        }
        else
        {
            CheckDatagram(frame, frame[14..], isForAll);
        }

        return SendResult.Sent;
    }

    private void CheckDatagram(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> datagram, bool isForAll)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        uint source = BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]);
        uint destination = BinaryPrimitives.ReadUInt32BigEndian(datagram[16..]);
        int place = BinaryPrimitives.ReadUInt16BigEndian(datagram[6..]);
        bool isWhole = (place & 0x3FFF) == 0;
        Require(datagram[0] == 0x45 && length >= (isWhole ? 28 : 21) && length <= datagram.Length
            && FrameBytes.Checksum(datagram[..20]) == 0, "header", frame);
        Require((place & 0x2000) == 0 || (length - 20) % 8 == 0, "length of a fragment", frame);
        bool isDhcp = isWhole && datagram[9] == 17 && BinaryPrimitives.ReadUInt16BigEndian(datagram[20..]) == 68;
        Require(isForAll == (destination == uint.MaxValue) && (!isForAll || isDhcp), "to all", frame);
        uint top = destination >> 24;
        Require(isForAll || (top is not (0 or 127) && top < 224 && destination != source), "destination", frame);
        ReadOnlySpan<byte> data = datagram[20..length];
        if (isWhole && datagram[9] == 17)
        {
            Require(BinaryPrimitives.ReadUInt16BigEndian(data[6..]) != 0 && FrameBytes.UdpChecksum(data, source, destination) == 0,
                "UDP checksum", frame);
        }
        else if (isWhole)
        {
            Require(datagram[9] == 1 && data[0] is 0 or 3 or 11 && FrameBytes.Checksum(data) == 0, "ICMP", frame);
        }

        if (isDhcp)
        {
            Transaction = BinaryPrimitives.ReadUInt32BigEndian(data[12..]);
        }
    }

    private static void Require(bool holds, string what, ReadOnlySpan<byte> frame)
    {
        if (!holds)
        {
            Assert.Fail($"sent with a wrong {what}: {Convert.ToHexString(frame)}");
        }
    }
}
