using System;
using System.Buffers.Binary;
using Reservoir.Devices;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;
using Reservoir.Volume;

namespace Reservoir.Recorder;

/// <summary>
/// A datagram in a buffer of the recorder's pool, on its way from the protocol thread to the recorder's: when it came, from where, the way
/// back, and its data.
/// </summary>
/// <remarks>A value; any context.</remarks>
internal readonly ref struct QueuedDatagram
{
    /// <summary>Bytes before the data.</summary>
    public const int HeaderLength = 24;

    private const int SourceOffset = 8;
    private const int PortOffset = 12;
    private const int TypeOfServiceOffset = 14;
    private const int StationOffset = 16;

    private QueuedDatagram(RecordOrigin origin, ReplyRoute route, ReadOnlySpan<byte> data)
    {
        Origin = origin;
        Route = route;
        Data = data;
    }

    /// <summary>Where it came from, and when.</summary>
    public RecordOrigin Origin { get; }

    /// <summary>The way back.</summary>
    public ReplyRoute Route { get; }

    /// <summary>Its data.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>Writes a datagram.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="origin">Where it came from, and when.</param>
    /// <param name="route">The way back.</param>
    /// <param name="data">Its data.</param>
    /// <returns>The bytes used.</returns>
    public static int Write(Span<byte> buffer, in RecordOrigin origin, in ReplyRoute route, ReadOnlySpan<byte> data)
    {
        buffer.Slice(0, HeaderLength).Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(buffer, origin.Nanoseconds);
        BinaryPrimitives.WriteUInt32BigEndian(buffer.Slice(SourceOffset), origin.SourceAddress);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.Slice(PortOffset), origin.SourcePort);
        buffer[TypeOfServiceOffset] = route.TypeOfService;
        route.Station.Write(buffer.Slice(StationOffset));
        data.CopyTo(buffer.Slice(HeaderLength));
        return HeaderLength + data.Length;
    }

    /// <summary>Reads a datagram.</summary>
    /// <param name="buffer">The buffer, as long as <see cref="Write"/> said.</param>
    /// <param name="datagram">The datagram.</param>
    /// <returns>False if the buffer is too short to be one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> buffer, out QueuedDatagram datagram)
    {
        datagram = default;
        if (buffer.Length < HeaderLength)
        {
            return false;
        }

        Ipv4Address source = Ipv4Address.Read(buffer.Slice(SourceOffset));
        datagram = new QueuedDatagram(
            new RecordOrigin(source.Value, BinaryPrimitives.ReadUInt16LittleEndian(buffer.Slice(PortOffset)),
                BinaryPrimitives.ReadUInt64LittleEndian(buffer)),
            new ReplyRoute(MacAddress.Read(buffer.Slice(StationOffset)), source, buffer[TypeOfServiceOffset]),
            buffer.Slice(HeaderLength));
        return true;
    }
}
