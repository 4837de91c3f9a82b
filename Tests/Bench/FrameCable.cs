using System;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Reservoir.Tests.Bench;

/// <summary>
/// The other end of the machine's network cable: QEMU's <c>dgram</c> netdev, one frame in each UDP datagram over the loopback, so that what
/// the machine does not take in time is lost.
/// </summary>
internal sealed class FrameCable : IDisposable
{
    private const int HeaderBytes = 14 + 20 + 8;
    private const int FrameBytes = 60;
    private const ushort EchoPort = 7;
    private const int NapNanoseconds = 50_000;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly IPEndPoint _machine;
    private readonly byte[] _frame = MakeFrame();

    public FrameCable()
    {
        using var probe = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        _machine = (IPEndPoint)probe.Client.LocalEndPoint!;
        _socket.Client.SendBufferSize = 1 << 20;
    }

    /// <summary>The address that frames come from, and the one that they go to.</summary>
    public static string OwnAddress => "10.0.2.2";

    /// <summary>The machine's address.</summary>
    public static string GuestAddress => "10.0.2.15";

    /// <summary>This end's Ethernet address.</summary>
    public static string OwnHardwareAddress => "02:00:00:00:00:01";

    /// <summary>QEMU's description of the cable.</summary>
    /// <param name="id">The netdev's name.</param>
    public string ToNetdev(string id) =>
        $"dgram,id={id},local.type=inet,local.host=127.0.0.1,local.port={_machine.Port},"
        + $"remote.type=inet,remote.host=127.0.0.1,remote.port={((IPEndPoint)_socket.Client.LocalEndPoint!).Port}";

    /// <summary>Sends frames of 60 bytes, a datagram to the echo port in each, at a pace.</summary>
    /// <param name="perSecond">How many a second.</param>
    /// <param name="time">For how long.</param>
    /// <returns>How many were sent.</returns>
    public long Send(int perSecond, TimeSpan time)
    {
        long begun = Stopwatch.GetTimestamp();
        long sent = 0;
        TimeSpan passed;
        do
        {
            passed = Stopwatch.GetElapsedTime(begun);
            for (long due = (long)(Math.Min(passed.TotalSeconds, time.TotalSeconds) * perSecond); sent < due; sent++)
            {
                _socket.Client.SendTo(_frame, _machine);
            }

            var nap = new TimeSpecification(0, NapNanoseconds);
            _ = NanoSleep(in nap, 0);
        }
        while (passed < time);

        return sent;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /// <summary>A datagram of 18 bytes to the echo port (RFC 768, 791, 862).</summary>
    internal static byte[] MakeFrame()
    {
        byte[] frame = new byte[FrameBytes];
        Convert.FromHexString(GuestHardware.HardwareAddress.Replace(":", "", StringComparison.Ordinal)).CopyTo(frame, 0);
        Convert.FromHexString(OwnHardwareAddress.Replace(":", "", StringComparison.Ordinal)).CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), 0x0800);
        Span<byte> packet = frame.AsSpan(14);
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], FrameBytes - 14);
        packet[8] = 64;
        packet[9] = 17;
        IPAddress.Parse(OwnAddress).GetAddressBytes().CopyTo(packet[12..]);
        IPAddress.Parse(GuestAddress).GetAddressBytes().CopyTo(packet[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], (ushort)~Sum(packet[..20]));
        Span<byte> datagram = packet[20..];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, 4000);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], EchoPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)datagram.Length);
        frame.AsSpan(HeaderBytes).Fill(0x55);
        ushort pseudo = Fold((uint)Sum(packet.Slice(12, 8)) + 17 + (uint)datagram.Length + Sum(datagram));
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], (ushort)~pseudo);
        return frame;
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
        }

        return Fold(sum);
    }

    private static ushort Fold(uint sum)
    {
        while (sum > ushort.MaxValue)
        {
            sum = (sum & ushort.MaxValue) + (sum >> 16);
        }

        return (ushort)sum;
    }

    // Thread.Sleep knows only milliseconds, and at 60 frames in each the card's ring would be filled by the sender's nap.
    [DllImport("libc", EntryPoint = "nanosleep")]
    private static extern int NanoSleep(in TimeSpecification time, nint left);

    /// <summary>POSIX's <c>timespec</c>.</summary>
    private readonly record struct TimeSpecification(long Seconds, long Nanoseconds);
}
