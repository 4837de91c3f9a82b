using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Text;
using PacketDotNet;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>A host that has datagrams recorded, each with content that no other has, and remembers which were acknowledged.</summary>
internal sealed class RecorderClient
{
    private const ushort RecorderPort = 9999;
    private const int EchoedBytes = 16;
    private readonly Random _random;
    private readonly Dictionary<string, byte[]> _waiting = [];
    private readonly HashSet<string> _sent = [];

    public RecorderClient(int seed)
    {
        _random = new Random(seed);
    }

    /// <summary>The datagrams that were acknowledged, by the number of the record.</summary>
    public Dictionary<ulong, byte[]> Acknowledged { get; } = [];

    /// <summary>Sends some datagrams.</summary>
    public void Send(EthernetPeer peer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] data = new byte[_random.Next(EchoedBytes, 1473)];
            _random.NextBytes(data);
            _waiting.Add(Convert.ToHexString(data, 0, EchoedBytes), data);
            _sent.Add(HashOf(data));
            peer.Send(Frames.Udp(RecorderPort, data).Bytes);
        }
    }

    /// <summary>Takes in the acknowledgements the peer has heard.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="from">How much of what it heard has been looked at; moved on.</param>
    /// <returns>The numbers of the records.</returns>
    public List<ulong> Collect(EthernetPeer peer, ref int from)
    {
        var numbers = new List<ulong>();
        IReadOnlyList<EthernetPacket> heard = peer.Heard(from);
        from += heard.Count;
        foreach (EthernetPacket packet in heard)
        {
            if (packet.Extract<UdpPacket>() is { SourcePort: RecorderPort } udp)
            {
                byte[] bytes = udp.PayloadData;
                Assert.Equal("RACK", Encoding.ASCII.GetString(bytes, 0, 4));
                Assert.True(_waiting.Remove(Convert.ToHexString(bytes, 32, EchoedBytes), out byte[]? data),
                    "an acknowledgement for what was not sent, or a second one");
                Assert.Equal(data.Length, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(24)));
                ulong number = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8));
                Acknowledged[number] = data;
                numbers.Add(number);
            }
        }

        return numbers;
    }

    /// <summary>Asserts that a volume shows nothing but whole datagrams that were sent, and all that were acknowledged unless newer ones
    /// needed their place.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="isPromised">Which acknowledged records count.</param>
    /// <param name="situation">For the message.</param>
    public void AssertHolds(HostVolume volume, Func<ulong, bool> isPromised, string situation)
    {
        foreach ((ulong number, byte[] data) in volume.Records)
        {
            Assert.True(_sent.Contains(HashOf(data)), $"{situation}: record {number} was never sent");
        }

        foreach ((ulong number, byte[] data) in Acknowledged)
        {
            if (isPromised(number) && number >= volume.Oldest)
            {
                Assert.True(volume.Records.TryGetValue(number, out byte[]? found),
                    $"{situation}: record {number} was acknowledged and is not there; {volume.Oldest} to {volume.Newest} are");
                Assert.Equal(data, found);
            }
        }
    }

    private static string HashOf(byte[] data) => Convert.ToHexString(SHA256.HashData(data));
}
