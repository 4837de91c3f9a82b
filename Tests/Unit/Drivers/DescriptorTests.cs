using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Reservoir.Devices;
using Reservoir.Drivers.E1000;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The memory that driver and card share, byte by byte (8254x manual, 3.2.3 and 3.3.3).</summary>
public sealed class DescriptorTests
{
    /// <summary>Places of the ring's length register that the manual wants zero (13.4.27): a multiple of 128.</summary>
    private const int LengthAlignment = 128;

    [Fact]
    public void AReceiveDescriptorIsReadAsTheCardWritesIt()
    {
        byte[] written = [8, 7, 6, 5, 4, 3, 2, 1, 0xEA, 0x05, 0xAA, 0xBB, 0x07, 0x81, 0xCC, 0xDD];
        ReceiveDescriptor descriptor = MemoryMarshal.Read<ReceiveDescriptor>(written);
        Assert.Equal(0x0102030405060708ul, descriptor.Address);
        Assert.Equal(1514, descriptor.Length);
        Assert.Equal(0x07, descriptor.Status);
        Assert.Equal(0x81, descriptor.Errors);
    }

    [Fact]
    public void ATransmitDescriptorIsWrittenAsTheCardReadsIt()
    {
        var descriptor = new TransmitDescriptor { Address = 0x0102030405060708, Length = 1514, Command = 0x0B, Status = 0x01 };
        byte[] read = new byte[TransmitDescriptor.Bytes];
        MemoryMarshal.Write(read, in descriptor);
        byte[] expected = [8, 7, 6, 5, 4, 3, 2, 1, 0xEA, 0x05, 0, 0x0B, 0x01, 0, 0, 0];
        Assert.Equal(expected, read);
    }

    [Fact]
    public void AContextIsWrittenAsTheCardReadsIt()
    {
        byte[] read = new byte[TransmitContext.Bytes];
        TransmitContext udp = TransmitContext.For(TransmitChecksums.Ipv4Header | TransmitChecksums.Udp);
        MemoryMarshal.Write(read, in udp);
        byte[] expected = [14, 24, 33, 0, 34, 40, 0, 0, 0, 0, 0, 0x22, 0, 0, 0, 0];
        Assert.Equal(expected, read);
        TransmitContext tcp = TransmitContext.For(TransmitChecksums.Tcp);
        Assert.Equal(50, tcp.TransportOffset);
        Assert.Equal(0x23, tcp.Command);
    }

    [Fact]
    public void ADataDescriptorIsWrittenAsTheCardReadsIt()
    {
        var descriptor = new TransmitDescriptor { Length = 60, Type = TransmitDescriptor.Data, Command = 0x2B, Options = 0x03 };
        byte[] read = new byte[TransmitDescriptor.Bytes];
        MemoryMarshal.Write(read, in descriptor);
        byte[] expected = [0, 0, 0, 0, 0, 0, 0, 0, 60, 0, 0x10, 0x2B, 0, 3, 0, 0];
        Assert.Equal(expected, read);
    }

    [Fact]
    public void DescriptorsAreAsLongAsTheCardsStride()
    {
        Assert.Equal(16, Unsafe.SizeOf<ReceiveDescriptor>());
        Assert.Equal(16, Unsafe.SizeOf<TransmitDescriptor>());
    }

    [Fact]
    public void ADescriptorJustArmedIsNotDone()
    {
        var descriptor = new ReceiveDescriptor { Address = ulong.MaxValue };
        Assert.Equal(0, descriptor.Status & ReceiveDescriptor.Done);
        Assert.Equal(0, descriptor.Errors);
        Assert.Equal(0, descriptor.Length);
    }

    [Theory]
    [InlineData(0)] // CE
    [InlineData(1)] // SE
    [InlineData(2)] // SEQ
    [InlineData(4)] // CXE
    [InlineData(7)] // RXE
    public void ADamagedFrameIsAnError(int bit) => Assert.NotEqual(0, ReceiveDescriptor.FrameErrors & (1 << bit));

    [Theory]
    [InlineData(3)] // reserved
    [InlineData(5)] // TCPE
    [InlineData(6)] // IPE
    public void AChecksumThatTheCardWasNotAskedForIsNoError(int bit) => Assert.Equal(0, ReceiveDescriptor.FrameErrors & (1 << bit));

    [Fact]
    public void RingsHaveLengthsThatTheCardTakes()
    {
        Assert.Equal(0, E1000Card.ReceiveRingSize * ReceiveDescriptor.Bytes % LengthAlignment);
        Assert.Equal(0, E1000Card.TransmitRingSize * TransmitDescriptor.Bytes % LengthAlignment);
        Assert.Equal(E1000Card.ReceiveRingSize * 16 + E1000Card.TransmitRingSize * 16, E1000Card.RingBytes);
    }

    /// <summary>The transmit ring counts in 32 bits that wrap around; only a power of two divides them.</summary>
    [Fact]
    public void NoRingSizeBreaksWhenItsCountersWrap()
    {
        Assert.True(int.IsPow2(E1000Card.TransmitRingSize));
        Assert.True(int.IsPow2(E1000Card.ReceiveRingSize));
    }

    [Fact]
    public void TheReceiverIsNotAskedForOtherBufferSizesLongOrForeignFrames()
    {
        const uint control = E1000Registers.ReceiveEnable | E1000Registers.ReceiveBroadcast | E1000Registers.ReceiveStripChecksum;
        const uint storeBad = 1 << 2, unicastAll = 1 << 3, multicastAll = 1 << 4, longFrames = 1 << 5, size = 3 << 16,
            sizeExtension = 1 << 25;
        Assert.Equal(0u, control & (storeBad | unicastAll | multicastAll | longFrames | size | sizeExtension));
        Assert.Equal(2048, E1000Card.BufferBytes);
    }
}
