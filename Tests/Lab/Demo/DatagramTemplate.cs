using System;
using System.Buffers.Binary;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Network;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;

namespace Reservoir.Lab.Demo;

/// <summary>
/// A frame of the shortest length with a UDP datagram from a host that does not exist to this one: built once for each run, then only the
/// number in it changes. One thread at a time.
/// </summary>
[AllocationFree]
internal sealed class DatagramTemplate
{
    /// <summary>Bytes of data in it: as many as fit into the shortest frame.</summary>
    public const int DataLength = EthernetFrame.MinimumLength - DataOffset;

    private const int UdpOffset = EthernetFrame.HeaderLength + Ipv4Packet.MinimumHeaderLength;
    private const int ChecksumOffset = UdpOffset + 6;
    private const int DataOffset = UdpOffset + UdpDatagram.HeaderLength;
    private const ushort SourcePort = 40_000;
    private const byte Filling = 0xD5;

    /// <summary>A locally administered address (IEEE 802, 8.2): no card has it.</summary>
    private const ulong Sender = 0x02_00_00_00_00_DE;

    private readonly FrameBuilder _builder = new();
    private readonly byte[] _frame = new byte[EthernetFrame.MinimumLength];

    /// <summary>The frame.</summary>
    public ReadOnlySpan<byte> Frame => _frame;

    /// <summary>Builds the frame, with the number 0. Without a UDP checksum (RFC 768: zero means none), so that a number costs nothing but
    /// its bytes.</summary>
    /// <param name="stack">Whom it is for.</param>
    /// <param name="port">The port it is for.</param>
    public void Build(NetworkStack stack, ushort port)
    {
        var sender = new FrameSource(new MacAddress(Sender), FindNeighbour(stack.Configuration));
        var route = new ReplyRoute(stack.HardwareAddress, stack.Configuration.Address, typeOfService: 0);
        _builder.UdpPayload.Slice(0, DataLength).Fill(Filling);
        _builder.BuildUdp(in sender, SourcePort, in route, port, DataLength, cardFinishes: false).CopyTo(_frame);
        BinaryPrimitives.WriteUInt16BigEndian(_frame.AsSpan(ChecksumOffset), 0);
        SetNumber(0);
    }

    /// <summary>Changes the number.</summary>
    /// <param name="number">The number.</param>
    public void SetNumber(ulong number) => BinaryPrimitives.WriteUInt64LittleEndian(_frame.AsSpan(DataOffset), number);

    /// <summary>Whether data are those of some frame built here.</summary>
    /// <param name="data">The data.</param>
    /// <param name="number">The frame's number.</param>
    public static bool TryRead(ReadOnlySpan<byte> data, out ulong number)
    {
        number = 0;
        return data.Length == DataLength && BinaryPrimitives.TryReadUInt64LittleEndian(data, out number)
            && data.Slice(sizeof(ulong)).IndexOfAnyExcept(Filling) < 0;
    }

    /// <summary>Some address of this network that isn't this host's and can be answered.</summary>
    private static Ipv4Address FindNeighbour(Ipv4Configuration configuration)
    {
        for (uint change = 1; change < 4; change++)
        {
            var candidate = new Ipv4Address(configuration.Address.Value ^ change);
            if (configuration.IsAnswerable(candidate))
            {
                return candidate;
            }
        }

        return configuration.Address;
    }
}
