using System;
using Cosmos.HAL;
using Reservoir.Devices;
using Reservoir.Threads;

namespace Reservoir.Network;

/// <summary>
/// Sends datagrams for a service that answers later than the protocol thread hands it the question, from a thread of its own.
/// </summary>
/// <remarks>
/// It builds each datagram in a buffer of its own and gives it to the device, which copies it and takes frames from any thread. One thread
/// at a time. Constant time for a datagram of a given
/// length, and no waiting unless <see cref="Send"/> is told to.
/// </remarks>
public sealed class UdpSender
{
    private const int DatagramOffset = EthernetFrame.HeaderLength + Ipv4Packet.MinimumHeaderLength;
    private const int PayloadOffset = DatagramOffset + UdpDatagram.HeaderLength;
    private readonly NetworkStack _stack;
    private readonly NetworkDevice _device;
    private readonly ushort _port;
    private readonly byte[] _frame = new byte[EthernetFrame.MaximumLength];

    /// <summary>Makes a sender. Boot context.</summary>
    /// <param name="stack">Whose device and address it uses.</param>
    /// <param name="port">The port that the datagrams come from.</param>
    public UdpSender(NetworkStack stack, ushort port)
    {
        _stack = stack;
        _device = stack.Device;
        _port = port;
    }

    /// <summary>Where the data of the next datagram are written: <see cref="UdpDatagram.MaximumPayload"/> bytes, with what the last one
    /// left there.</summary>
    public Span<byte> Payload => _frame.AsSpan(PayloadOffset);

    /// <summary>Sends what has been written to <see cref="Payload"/>, and waits for a transmit buffer if neither one that is kept for
    /// answers nor another is free. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="route">The way to the receiver.</param>
    /// <param name="port">Its port, not zero.</param>
    /// <param name="length">Bytes of data, zero to <see cref="UdpDatagram.MaximumPayload"/>.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    /// <returns>What became of it; a device without a <see cref="NetworkStack.Output"/> is not waited for.</returns>
    public SendResult Send(ThreadContext context, in ReplyRoute route, ushort port, int length, ulong timeoutNanoseconds)
    {
        if (!TryBuild(in route, port, length, out int end, out TransmitChecksums checksums))
        {
            return SendResult.LengthOutOfRange;
        }

        ReadOnlySpan<byte> frame = _frame.AsSpan(0, end);
        return _stack.Output is not null ? _stack.Output.Answer(context, frame, checksums, timeoutNanoseconds)
            : _device.QueueBytes(frame) ? SendResult.Sent
            : SendResult.NoBuffer;
    }

    private bool TryBuild(in ReplyRoute route, ushort port, int length, out int end, out TransmitChecksums checksums)
    {
        end = 0;
        checksums = TransmitChecksums.None;
        Ipv4Address source = _stack.Configuration.Address;
        if (port == 0 || source.IsZero || (uint)length > UdpDatagram.MaximumPayload)
        {
            return false;
        }

        int total = UdpDatagram.HeaderLength + length;
        bool deviceFinishes = _stack.InsertsUdpChecksum(total);
        UdpDatagram.WriteHeader(_frame.AsSpan(DatagramOffset, total), source, route.Host, _port, port, deviceFinishes);
        Ipv4Packet.WriteHeader(_frame.AsSpan(EthernetFrame.HeaderLength), route.TypeOfService, Ipv4Protocol.Udp, source, route.Host, total);
        if (deviceFinishes)
        {
            Ipv4Packet.ClearChecksum(_frame.AsSpan(EthernetFrame.HeaderLength));
            checksums = FrameTransmitter.UdpChecksums;
        }

        EthernetFrame.WriteHeader(_frame, route.Station, _stack.HardwareAddress, EtherType.Ipv4);
        end = DatagramOffset + total;
        if (end < EthernetFrame.MinimumLength)
        {
            // The filling is cleared, so that no frame carries bytes of an earlier one to somebody else.
            _frame.AsSpan(end, EthernetFrame.MinimumLength - end).Clear();
            end = EthernetFrame.MinimumLength;
        }

        return true;
    }
}
