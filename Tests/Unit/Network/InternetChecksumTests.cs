using System;
using Reservoir.Network.Wire;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

public sealed class InternetChecksumTests
{
    [Fact]
    public void TheExampleOfRfc1071SumsToDdf2()
    {
        byte[] bytes = { 0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7 };
        Assert.Equal(unchecked((ushort)~0xDDF2), InternetChecksum.Compute(bytes));
    }

    [Fact]
    public void AHeaderWithAKnownChecksumVerifies()
    {
        byte[] header = Convert.FromHexString("45000073000040004011B861C0A80001C0A800C7");
        Assert.True(InternetChecksum.Verify(header));
        header[10] = 0;
        header[11] = 0;
        Assert.Equal(0xB861, InternetChecksum.Compute(header));
    }

    [Fact]
    public void NothingHasTheChecksumOfZero()
    {
        Assert.Equal(0xFFFF, InternetChecksum.Compute(default));
        Assert.Equal(0xFFFF, InternetChecksum.Compute(new byte[64]));
    }

    [Fact]
    public void AllOnesHaveTheChecksumZeroAtEveryEvenLength()
    {
        byte[] ones = new byte[1500];
        Array.Fill(ones, (byte)0xFF);
        for (int length = 2; length <= ones.Length; length += 2)
        {
            Assert.Equal(0, InternetChecksum.Compute(ones.AsSpan(0, length)));
        }
    }

    [Fact]
    public void EveryLengthAgreesWithTheTextbookAlgorithm()
    {
        byte[] bytes = new byte[1500];
        new Random(1071).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(Textbook(bytes.AsSpan(0, length)), InternetChecksum.Compute(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void SumsOfEvenPiecesAddUp()
    {
        byte[] bytes = new byte[101];
        new Random(2).NextBytes(bytes);
        for (int cut = 0; cut <= 100; cut += 2)
        {
            ulong sum = InternetChecksum.Add(InternetChecksum.Add(0, bytes.AsSpan(0, cut)), bytes.AsSpan(cut));
            Assert.Equal(InternetChecksum.Compute(bytes), InternetChecksum.Finish(sum));
        }
    }

    [Fact]
    public void EverySingleFlippedBitIsNoticed()
    {
        byte[] header = Convert.FromHexString("45000073000040004011B861C0A80001C0A800C7");
        for (int bit = 0; bit < header.Length * 8; bit++)
        {
            header[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(InternetChecksum.Verify(header));
            header[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void ASumIsRightIfFoldedItHasOnlyOnes()
    {
        ulong[] special =
            [0, 1, 65534, 65535, 65536, 131070, uint.MaxValue, 0xFFFE_FFFF, ulong.MaxValue, ulong.MaxValue - 1, ulong.MaxValue - 65535,
            ulong.MaxValue - 65536, 1UL << 63];
        var random = new Random(65535);
        for (int i = 0; i < 100_000; i++)
        {
            ulong sum = i < special.Length ? special[i] : (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            foreach (ulong near in new[] { sum, sum / 65535 * 65535 })
            {
                Assert.Equal(near != 0 && near % 65535 == 0, InternetChecksum.IsRight(near));
                Assert.Equal(InternetChecksum.Finish(near) == 0, InternetChecksum.IsRight(near));
            }
        }
    }

    private static ushort Textbook(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += (uint)(bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
