using System;
using System.IO;
using System.IO.Compression;
using System.Text;
using PacketDotNet;
using Reservoir.Tests.Bench;
using Xunit;

namespace Reservoir.Tests.Unit.Build.Bench;

/// <summary>What the machines of the benchmark are given: frames, a first file system, modules in order.</summary>
public sealed class GuestTests
{
    [Fact]
    public void FrameIsAValidDatagramToTheEchoPort()
    {
        byte[] frame = FrameCable.MakeFrame();
        Assert.Equal(60, frame.Length);
        var ethernet = (EthernetPacket)Packet.ParsePacket(LinkLayers.Ethernet, frame);
        var ip = ethernet.Extract<IPv4Packet>();
        var udp = ethernet.Extract<UdpPacket>();
        Assert.Equal(FrameCable.GuestAddress, ip.DestinationAddress.ToString());
        Assert.Equal(FrameCable.OwnAddress, ip.SourceAddress.ToString());
        Assert.True(ip.ValidIPChecksum);
        Assert.True(udp.ValidUdpChecksum);
        Assert.Equal(7, udp.DestinationPort);
        Assert.Equal(18, udp.PayloadData.Length);
    }

    [Fact]
    public void ArchiveHasEachFileBehindAHeaderOnAMultipleOfFour()
    {
        string file = Path.GetTempFileName();
        try
        {
            using (var archive = new InitialFileSystem(file))
            {
                archive.AddFolder("bin");
                archive.AddFile("bin/a", "hello"u8.ToArray());
            }

            using var stream = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
            using var text = new StreamReader(stream, Encoding.ASCII);
            string all = text.ReadToEnd();
            Assert.StartsWith("07070100000001000041ED", all, StringComparison.Ordinal);
            int second = all.IndexOf("07070100000002000081ED", StringComparison.Ordinal);
            Assert.Equal(0, second % 4);
            Assert.Equal("bin/a\0hello", all.Substring(second + 110, 11));
            Assert.Contains("TRAILER!!!", all, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("junk\0license=GPL\0depends=scsi_mod,libata\0vermagic=6\0", "scsi_mod libata")]
    [InlineData("\0depends=crc-t10dif\0", "crc_t10dif")]
    [InlineData("\0depends=\0", "")]
    [InlineData("\0license=GPL\0", "")]
    public void ModuleSaysWhatItNeeds(string module, string needed)
    {
        Assert.Equal(needed.Split(' ', StringSplitOptions.RemoveEmptyEntries), LinuxImage.NeededBy(Encoding.ASCII.GetBytes(module)));
    }
}
