using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using PacketDotNet;

namespace Reservoir.Tests.Machine;

/// <summary>
/// The other end of the machine's network cable: a host with an address of its own, which answers ARP and keeps what else it hears. Speaks
/// QEMU's stream
/// netdev: each frame behind its length in four bytes, most significant first. QEMU stops reading when the card has no room: no frame is
/// lost on the way.
/// </summary>
internal sealed class EthernetPeer : IDisposable
{
    /// <summary>The machine's Ethernet address, for QEMU.</summary>
    public const string GuestHardwareText = "52:54:00:12:34:56";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _sending = new();
    private readonly List<byte[]> _heard = [];
    private readonly Thread _reader;
    private NetworkStream? _stream;
    private bool _ended;

    public EthernetPeer()
    {
        _listener.Start();
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    public static PhysicalAddress GuestHardware { get; } = PhysicalAddress.Parse(GuestHardwareText.Replace(':', '-'));

    public static PhysicalAddress Hardware { get; } = PhysicalAddress.Parse("02-00-00-00-00-01");

    public static IPAddress GuestAddress { get; } = IPAddress.Parse("10.0.2.15");

    public static IPAddress Address { get; } = IPAddress.Parse("10.0.2.2");

    /// <summary>Where QEMU has to connect to.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Puts a frame on the cable.</summary>
    public void Send(ReadOnlySpan<byte> frame)
    {
        Span<byte> message = new byte[sizeof(int) + frame.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, frame.Length);
        frame.CopyTo(message[sizeof(int)..]);
        lock (_sending)
        {
            _stream!.Write(message);
        }
    }

    /// <summary>Sends a frame several times, back to back, in few writes.</summary>
    public void Flood(ReadOnlySpan<byte> frame, int count)
    {
        const int batch = 100;
        int size = sizeof(int) + frame.Length;
        Span<byte> messages = new byte[size * batch];
        for (int i = 0; i < batch; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(messages[(i * size)..], frame.Length);
            frame.CopyTo(messages[(i * size + sizeof(int))..]);
        }

        for (int sent = 0; sent < count; sent += batch)
        {
            lock (_sending)
            {
                _stream!.Write(messages[..(Math.Min(batch, count - sent) * size)]);
            }
        }
    }

    /// <summary>Sends a packet's frame and waits for an answer.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="isAnswer">Recognises it.</param>
    public EthernetPacket Ask(byte[] frame, Func<EthernetPacket, bool> isAnswer)
    {
        int mark = HeardCount;
        Send(frame);
        return WaitFor(isAnswer, mark);
    }

    /// <summary>Forgets what was heard.</summary>
    public void Forget()
    {
        lock (_heard)
        {
            _heard.Clear();
        }
    }

    /// <summary>The bytes of what was heard from a place on.</summary>
    public IReadOnlyList<byte[]> HeardBytes(int from)
    {
        lock (_heard)
        {
            return _heard.GetRange(from, _heard.Count - from);
        }
    }

    /// <summary>Frames heard so far.</summary>
    public int HeardCount
    {
        get
        {
            lock (_heard)
            {
                return _heard.Count;
            }
        }
    }

    /// <summary>What was heard from a place on.</summary>
    public IReadOnlyList<EthernetPacket> Heard(int from)
    {
        lock (_heard)
        {
            return [.. _heard.GetRange(from, _heard.Count - from).ConvertAll(frame =>
                (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame))];
        }
    }

    /// <summary>Waits for a frame.</summary>
    public EthernetPacket WaitFor(Func<EthernetPacket, bool> isIt, int from)
    {
        DateTime deadline = DateTime.UtcNow + Patience.Normal;
        lock (_heard)
        {
            for (int i = from; ; i++)
            {
                while (i >= _heard.Count)
                {
                    TimeSpan left = deadline - DateTime.UtcNow;
                    if (left <= TimeSpan.Zero || _ended || !Monitor.Wait(_heard, left))
                    {
                        throw new TimeoutException($"no such frame among the {_heard.Count - from} heard");
                    }
                }

                if (Packet.ParsePacket(LinkLayers.Ethernet, _heard[i]) is EthernetPacket packet && isIt(packet))
                {
                    return packet;
                }
            }
        }
    }

    public void Dispose()
    {
        _listener.Stop();
        _stream?.Dispose();
        _reader.Join();
    }

    private void Read()
    {
        try
        {
            Socket socket = _listener.AcceptSocket();
            socket.NoDelay = true;
            _stream = new NetworkStream(socket, ownsSocket: true);
            byte[] header = new byte[sizeof(int)];
            while (true)
            {
                _stream.ReadExactly(header);
                byte[] frame = new byte[BinaryPrimitives.ReadInt32BigEndian(header)];
                _stream.ReadExactly(frame);
                AnswerArp(frame);
                lock (_heard)
                {
                    _heard.Add(frame);
                    Monitor.PulseAll(_heard);
                }
            }
        }
        catch (Exception error) when (error is System.IO.IOException or SocketException or InvalidOperationException)
        {
            lock (_heard)
            {
                _ended = true;
                Monitor.PulseAll(_heard);
            }
        }
    }

    private void AnswerArp(byte[] frame)
    {
        if (Packet.ParsePacket(LinkLayers.Ethernet, frame).Extract<ArpPacket>() is { Operation: ArpOperation.Request } request
            && request.TargetProtocolAddress.Equals(Address))
        {
            // Not on the reader's own time: it has to go on reading while a flood holds the cable, or the machine could not send what
            // unblocks the flood.
            byte[] reply = Frames.ArpReply(request).Bytes;
            _ = Task.Run(() => Send(reply));
        }
    }
}
