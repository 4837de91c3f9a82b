using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Reflection;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Partitions;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Partitions;

/// <summary>Partition tables as Debian's tools make them (Images/make.sh), damaged ones, and ones made to do harm.</summary>
public sealed class PartitionScanTests : IDisposable
{
    private const int Block = 512;
    private const int Blocks = 16384;
    private const ulong Patience = 1_000_000;
    private readonly Workshop _workshop = new(PlanLine.Pool("disk", "storage", PoolKind.Blocking, 4096, 1));
    private readonly BlockingPool _pool;
    private readonly Listing _listing = new();

    public PartitionScanTests()
    {
        _pool = _workshop.Blocking("disk");
    }

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public void TableOfSfdiskWithLogicalPartitionsIsListed()
    {
        Assert.Equal(PartitionTableState.Mbr, Scan(Load("mbr-sfdisk")));
        Assert.Equal(
            ["1 83 2048+2048", "2 05 4096+10240", "3 0C 14336+1024", "5 83 6144+1000", "6 82 10240+1001", "7 07 13289+1002"],
            _listing.Lines);
    }

    [Fact]
    public void TableOfFdiskIsListed()
    {
        Assert.Equal(PartitionTableState.Mbr, Scan(Load("mbr-fdisk")));
        Assert.Equal(["1 83 2048+2048", "2 EF 4096+12288"], _listing.Lines);
    }

    [Fact]
    public void TableOfSgdiskIsListedWithItsGapsAndNames()
    {
        Assert.Equal(PartitionTableState.Gpt, Scan(Load("gpt-sgdisk")));
        Assert.Equal(["1 gpt 2048+2048 EFI system", "3 gpt 8192+8159", "5 gpt 4096+4096 Größe"], _listing.Lines);
    }

    [Fact]
    public void TableOfSfdiskWithUnusualLengthAndALongestNameIsListed()
    {
        Assert.Equal(PartitionTableState.Gpt, Scan(Load("gpt-sfdisk")));
        Assert.Equal(["1 gpt 2048+100 first", "2 gpt 4096+200 123456789012345678901234567890123456"], _listing.Lines);
    }

    [Theory]
    [InlineData(1 * Block + 17)] // the header
    [InlineData(1 * Block + 80)] // its number of entries
    [InlineData(2 * Block + 40)] // an entry
    [InlineData(20 * Block)] // an entry that is not used
    public void DamageToTheFirstCopyMakesTheSecondCount(int offset)
    {
        byte[] image = Load("gpt-sgdisk");
        image[offset] ^= 1;
        Assert.Equal(PartitionTableState.GptFromBackup, Scan(image));
        Assert.Equal(3, _listing.Lines.Count);
    }

    [Fact]
    public void DamageToBothCopiesListsNothing()
    {
        byte[] image = Load("gpt-sgdisk");
        image[2 * Block] ^= 1;
        image[(Blocks - 1) * Block + 16] ^= 1;
        Assert.Equal(PartitionTableState.GptDamaged, Scan(image));
        Assert.Empty(_listing.Lines);
    }

    [Fact]
    public void AHeaderThatWasCopiedToAnotherPlaceIsRefused()
    {
        byte[] image = Load("gpt-sgdisk");
        image.AsSpan(Block, Block).CopyTo(image.AsSpan((Blocks - 1) * Block));
        image[Block] = 0;
        Assert.Equal(PartitionTableState.GptDamaged, Scan(image));
    }

    [Theory]
    [InlineData(80, uint.MaxValue)] // entries
    [InlineData(80, 2049)]
    [InlineData(84, 0)] // bytes of one
    [InlineData(84, 127)]
    [InlineData(84, 0x8000_0000)]
    [InlineData(12, 0)] // bytes of the header
    [InlineData(12, 91)]
    [InlineData(12, 513)]
    [InlineData(12, uint.MaxValue)]
    [InlineData(76, 1)] // the entries, far outside
    [InlineData(72, Blocks - 1)] // the entries, in part outside
    [InlineData(52, 1)] // the last usable block
    public void AHeaderWithARightChecksumAndAWrongContentIsRefused(int offset, uint value)
    {
        byte[] image = Load("gpt-sgdisk");
        SetGpt(image, offset, value);
        Assert.Equal(PartitionTableState.GptFromBackup, Scan(image));
    }

    [Fact]
    public void AnEntryOutsideTheUsableBlocksIsMarked()
    {
        byte[] image = Load("gpt-sgdisk");
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(2 * Block + 40), ulong.MaxValue);
        SetGpt(image, 88, Crc32.Compute(image.AsSpan(2 * Block, 128 * 128)));
        Assert.Equal(PartitionTableState.Gpt, Scan(image));
        Assert.Contains("outside", _listing.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("outside", _listing.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void AChainThatGoesInACircleIsBroken()
    {
        byte[] image = Load("mbr-sfdisk");
        SetEntry(image, LastRecord(image), 1, 0x05, 0, 10);
        Assert.Equal(PartitionTableState.MbrBroken, Scan(image));
        Assert.Equal(6, _listing.Lines.Count);
    }

    [Theory]
    [InlineData(10240)] // just behind the extended partition
    [InlineData(uint.MaxValue)]
    public void AChainThatLeavesItsPartitionIsBroken(uint next)
    {
        byte[] image = Load("mbr-sfdisk");
        SetEntry(image, LastRecord(image), 1, 0x05, next, 10);
        Assert.Equal(PartitionTableState.MbrBroken, Scan(image));
    }

    [Fact]
    public void AnEndlessChainEndsAtTheLimit()
    {
        byte[] image = new byte[Blocks * Block];
        SetEntry(image, 0, 0, 0x05, 100, 16000);
        for (int i = 100; i < 300; i++)
        {
            SetEntry(image, i, 0, 0x83, 1, 1);
            SetEntry(image, i, 1, 0x05, (uint)(i - 99), 1);
        }

        Assert.Equal(PartitionTableState.MbrBroken, Scan(image));
        Assert.Equal(1 + PartitionScan.MostLogical, _listing.Lines.Count);
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(Blocks, 1)]
    [InlineData(1, Blocks)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void APartitionThatIsNotAllOnTheDiskIsMarked(uint first, uint count)
    {
        byte[] image = new byte[Blocks * Block];
        SetEntry(image, 0, 2, 0x83, first, count);
        Assert.Equal(PartitionTableState.Mbr, Scan(image));
        Assert.EndsWith("outside", Assert.Single(_listing.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void ABlankDiskHasNoTable() => Assert.Equal(PartitionTableState.None, Scan(new byte[Blocks * Block]));

    [Fact]
    public void AFileSystemsFirstBlockIsNoTable()
    {
        byte[] image = new byte[Blocks * Block];
        new Random(3).NextBytes(image.AsSpan(0, 510));
        image[446] = 0x41;
        image[510] = 0x55;
        image[511] = 0xAA;
        Assert.Equal(PartitionTableState.None, Scan(image));
    }

    [Fact]
    public void ADiskThatCanNotBeReadIsToldFromOneWithoutATable()
    {
        var disk = new MemoryDisk(_pool, image: Load("mbr-fdisk"));
        disk.BadBlocks.Add(0);
        Assert.Equal(PartitionTableState.Unreadable, PartitionScan.Run(_workshop.Context, disk, Patience, _listing));
    }

    [Fact]
    public void ABadBlockInTheFirstCopyMakesTheSecondCount()
    {
        var disk = new MemoryDisk(_pool, image: Load("gpt-sgdisk"));
        disk.BadBlocks.Add(5);
        Assert.Equal(PartitionTableState.GptFromBackup, PartitionScan.Run(_workshop.Context, disk, Patience, _listing));
    }

    [Fact]
    public void WithoutABufferNothingHangs()
    {
        BufferHandle taken = _pool.TryRent().Buffer;
        Assert.Equal(PartitionTableState.NoBuffer,
            PartitionScan.Run(_workshop.Context, new MemoryDisk(_pool, image: Load("mbr-fdisk")), Patience, _listing));
        Assert.Equal(ReturnError.None, _pool.Return(taken));
    }

    [Fact]
    public void NoRandomDamageGetsPastTheBounds()
    {
        // The disk in memory fails the test at any request that isn't all on it.
        var random = new Random(11);
        string[] names = ["mbr-sfdisk", "gpt-sgdisk", "gpt-sfdisk"];
        for (int round = 0; round < 150; round++)
        {
            byte[] image = Load(names[round % names.Length]);
            for (int i = 0; i < 20; i++)
            {
                int block = random.Next(4) switch { 0 => 0, 1 => 1, 2 => LastRecord(image), _ => Blocks - 1 };
                image[block * Block + random.Next(Block)] = (byte)random.Next(256);
            }

            image[510] = 0x55;
            image[511] = 0xAA;
            image[446] = image[462] = image[478] = image[494] = 0;
            Scan(image);
            Assert.Equal(_pool.Count, _pool.Free);
        }
    }

    [Fact]
    public void TheChecksumIsTheOneOfTheStandard() => Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"u8));

    private static byte[] Load(string name)
    {
        using Stream packed = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{name}.img.gz")!;
        using var stream = new GZipStream(packed, CompressionMode.Decompress);
        byte[] image = new byte[Blocks * Block];
        stream.ReadExactly(image);
        return image;
    }

    /// <summary>The last record in the chain of logical partitions of mbr-sfdisk.</summary>
    private static int LastRecord(byte[] image)
    {
        return Enumerable.Range(4096, 10240).Last(block =>
            image[block * Block + 510] == 0x55 && image[block * Block + 511] == 0xAA || block == 4096);
    }

    private static void SetEntry(byte[] image, int block, int index, byte type, uint first, uint count)
    {
        Span<byte> entry = image.AsSpan(block * Block + 446 + index * 16, 16);
        entry[4] = type;
        BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], first);
        BinaryPrimitives.WriteUInt32LittleEndian(entry[12..], count);
        image[block * Block + 510] = 0x55;
        image[block * Block + 511] = 0xAA;
    }

    /// <summary>Changes the first header and makes its checksum right again.</summary>
    private static void SetGpt(byte[] image, int offset, uint value)
    {
        Span<byte> header = image.AsSpan(Block, Block);
        BinaryPrimitives.WriteUInt32LittleEndian(header[offset..], value);
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
        header.Slice(16, 4).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], Crc32.Compute(header[..(int)Math.Min(size, Block)]));
    }

    private PartitionTableState Scan(byte[] image)
    {
        _listing.Lines.Clear();
        return PartitionScan.Run(_workshop.Context, new MemoryDisk(_pool, image: image), Patience, _listing);
    }

    private sealed class Listing : PartitionSink
    {
        public List<string> Lines { get; } = [];

        public override void Add(in Partition partition, ReadOnlySpan<char> name)
        {
            string type = partition.Type == 0 ? "gpt" : $"{partition.Type:X2}";
            string line = $"{partition.Number} {type} {partition.FirstBlock}+{partition.BlockCount} {name}".TrimEnd();
            Lines.Add(partition.IsInside ? line : line + " outside");
        }
    }
}
