using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using PacketDotNet;
using Reservoir.Network.Dhcp;
using Reservoir.Network.Wire;
using Reservoir.Tests.Fuzzing;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>A DHCP client on a fake device, and a server that answers as each test wants.</summary>
internal sealed class DhcpBench : IDisposable
{
    private readonly FuzzParties _parties = new() { PeerStation = [0x52, 0x55, 0x0A, 0x00, 0x02, 0x02] };

    public DhcpBench()
    {
        Client = new DhcpClient(Wire.Stack.Host, Messages);
        Wire.Stack.Dhcp = Client;
        Wire.Stack.Restart();
    }

    public Wire Wire { get; } = new(default);

    public DhcpClient Client { get; }

    public TextBuffer Messages { get; } = new();

    /// <summary>The DHCP messages that the client has sent, oldest first.</summary>
    public List<byte[]> Asked =>
        [.. Wire.Device.Sent.Where(frame => frame.Length > 282 && frame[12] == 8 && frame[13] == 0 && frame[37] == 67).Select(frame =>
        frame[42..])];

    public uint Transaction => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Asked[^1].AsSpan(DhcpBytes.Transaction));

    public void Dispose() => Wire.Dispose();

    /// <summary>A decent answer to the last question.</summary>
    public byte[] Answer(DhcpMessageType type, uint lease = 3600, uint mask = 0xFFFFFF00, byte[]? moreOptions = null) =>
        DhcpBytes.Answer((byte)type, Transaction, _parties, lease, mask, moreOptions);

    /// <summary>Any message in answer to the last question.</summary>
    public byte[] Message(params byte[] options) => DhcpBytes.Message(Transaction, _parties.HostAddress, _parties, options);

    public DropReason Give(byte[] message, string source = Wire.PeerAddress, string destination = "255.255.255.255", ushort port = 67)
    {
        EthernetPacket frame = Wire.Udp(message, port, 68, source, destination);
        frame.DestinationHardwareAddress = destination == "255.255.255.255" ? Wire.Everybody : Wire.HostStation;
        return Wire.Stack.Process(frame.Bytes);
    }

    public void Pass(double seconds) => Wire.Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>All the way to an address in use.</summary>
    public void Bind(uint lease = 3600, byte[]? moreOptions = null)
    {
        Pass(0);
        Assert.Equal(DropReason.None, Give(Answer(DhcpMessageType.Offer, lease, moreOptions: moreOptions)));
        Assert.Equal(DropReason.None, Give(Answer(DhcpMessageType.Ack, lease, moreOptions: moreOptions)));
        Pass(1);
        Assert.Equal(DhcpState.Bound, Client.State);
    }

    /// <summary>The data of an option in a client's message; null if it has none.</summary>
    public static byte[]? Option(byte[] message, byte option)
    {
        for (int i = DhcpBytes.Options; message[i] != 255; i += 2 + message[i + 1])
        {
            if (message[i] == option)
            {
                return message[(i + 2)..(i + 2 + message[i + 1])];
            }
        }

        return null;
    }

    public static DhcpMessageType TypeOf(byte[] message) => (DhcpMessageType)Option(message, 53)![0];
}
