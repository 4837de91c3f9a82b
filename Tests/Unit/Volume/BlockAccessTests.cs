using System;
using System.Linq;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>Blocks in an array of the caller's own, as Cosmos has them: read, written, and refused with a reason where Cosmos throws or
/// says nothing.</summary>
public sealed class BlockAccessTests : IDisposable
{
    private const int Blocks = 300;
    private const int BlockBytes = 512;
    private const ulong Patience = Clock.NanosecondsPerMillisecond;
    private readonly Workshop _workshop = new(PlanLine.Pool("disk", "storage", PoolKind.Blocking, 4096, 2));
    private readonly MemoryDisk _disk;

    public BlockAccessTests()
    {
        byte[] image = new byte[Blocks * BlockBytes];
        new Random(1).NextBytes(image);
        _disk = new MemoryDisk(_workshop.Blocking("disk"), image: image) { MaxBlocksPerRequest = 8 };
    }

    private BlockAccess Access => new(_workshop.Context, _disk, Patience);

    public void Dispose()
    {
        Assert.Equal(_disk.Pool.Count, _disk.Pool.Free);
        _workshop.Dispose();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(7, 8)]
    [InlineData(3, 9)]
    [InlineData(299, 1)]
    [InlineData(0, 300)]
    public void BlocksAreReadIntoAnArray(int first, int count)
    {
        byte[] data = Access.NewBlockArray((ulong)count);
        Assert.Equal(count * BlockBytes, data.Length);
        Assert.Equal(BlockStatus.Ok, Access.ReadBlock((ulong)first, (ulong)count, ref data));
        Assert.Equal(_disk.Content[(first * BlockBytes)..((first + count) * BlockBytes)], data);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 21)]
    [InlineData(299, 1)]
    public void BlocksAreWrittenFromAnArrayAndNoOthers(int first, int count)
    {
        byte[] expected = (byte[])_disk.Content.Clone();
        byte[] data = Access.NewBlockArray((ulong)count);
        new Random(2).NextBytes(data);
        data.CopyTo(expected, first * BlockBytes);
        Assert.Equal(BlockStatus.Ok, Access.WriteBlock((ulong)first, (ulong)count, ref data));
        Assert.Equal(expected, _disk.Content);
    }

    [Theory]
    [InlineData(0UL, 0UL, BlockStatus.TooManyBlocks)]
    [InlineData(300UL, 1UL, BlockStatus.OutOfRange)]
    [InlineData(299UL, 2UL, BlockStatus.OutOfRange)]
    [InlineData(ulong.MaxValue, 1UL, BlockStatus.OutOfRange)]
    [InlineData(1UL, ulong.MaxValue, BlockStatus.OutOfRange)]
    public void BlocksThatAreNotThereAreRefusedAndNothingIsTouched(ulong first, ulong count, BlockStatus expected)
    {
        byte[] data = new byte[BlockBytes];
        Assert.Equal(expected, Access.CheckBlockNo(first, count));
        Assert.Equal(expected, Access.ReadBlock(first, count, ref data));
        Assert.Equal(expected, Access.WriteBlock(first, count, ref data));
        Assert.Equal(0, _disk.Operations);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(511)]
    [InlineData(1023)]
    [InlineData(1025)]
    [InlineData(1536)]
    public void AnArrayOfAnotherLengthIsRefusedAndNothingIsTouched(int length)
    {
        byte[] data = new byte[length];
        Assert.Equal(BlockStatus.WrongDataSize, Access.CheckDataSize(data, 2));
        Assert.Equal(BlockStatus.WrongDataSize, Access.ReadBlock(0, 2, ref data));
        Assert.Equal(BlockStatus.WrongDataSize, Access.WriteBlock(0, 2, ref data));
        data = null!;
        Assert.Equal(BlockStatus.WrongDataSize, Access.ReadBlock(0, 2, ref data));
        Assert.Equal(0, _disk.Operations);
    }

    [Fact]
    public void AnErrorOfTheDeviceIsTheCallersAndLeavesWhatWasNotRead()
    {
        _disk.BadBlocks.Add(10);
        byte[] data = [.. Enumerable.Repeat((byte)0xAA, 16 * BlockBytes)];
        Assert.Equal(BlockStatus.DeviceError, Access.ReadBlock(0, 16, ref data));
        Assert.Equal(_disk.Content[..(8 * BlockBytes)], data[..(8 * BlockBytes)]);
        Assert.All(data[(8 * BlockBytes)..], value => Assert.Equal(0xAA, value));
        _disk.UnwritableBlocks.Add(3);
        Assert.Equal(BlockStatus.DeviceError, Access.WriteBlock(0, 16, ref data));
        Assert.Equal(1, _disk.Writes);
    }

    [Fact]
    public void WithoutABufferInTimeNothingIsTouched()
    {
        byte[] data = new byte[BlockBytes];
        BufferHandle[] held = [_disk.Pool.TryRent().Buffer, _disk.Pool.TryRent().Buffer];
        Assert.Equal(BlockStatus.NoBuffer, Access.ReadBlock(0, 1, ref data));
        Assert.Equal(BlockStatus.NotAllowedHere, new BlockAccess(default, _disk, Patience).ReadBlock(0, 1, ref data));
        Assert.Equal(0, _disk.Operations);
        Assert.All(held, buffer => Assert.Equal(ReturnError.None, _disk.Pool.Return(buffer)));
    }

    [Fact]
    public void APartHasNumbersOfItsOwnAndNoRequestLeavesIt()
    {
        BlockAccess part = Access.Part(100, 50).Part(10, 20);
        Assert.Equal(20UL, part.BlockCount);
        byte[] data = part.NewBlockArray(2);
        Assert.Equal(BlockStatus.Ok, part.ReadBlock(18, 2, ref data));
        Assert.Equal(_disk.Content[(128 * BlockBytes)..(130 * BlockBytes)], data);
        Assert.Equal(BlockStatus.OutOfRange, part.ReadBlock(19, 2, ref data));
        Assert.Equal(BlockStatus.OutOfRange, part.WriteBlock(20, 2, ref data));
        Assert.Equal(BlockStatus.OutOfRange, part.ReadBlock(ulong.MaxValue - 109, 2, ref data));
    }

    [Theory]
    [InlineData(301UL, 0UL)]
    [InlineData(300UL, 1UL)]
    [InlineData(1UL, 300UL)]
    [InlineData(ulong.MaxValue, 2UL)]
    [InlineData(2UL, ulong.MaxValue)]
    public void APartThatIsNotThereHasNoBlocks(ulong first, ulong count)
    {
        BlockAccess part = Access.Part(first, count);
        byte[] data = new byte[BlockBytes];
        Assert.Equal(0UL, part.BlockCount);
        Assert.Equal(BlockStatus.OutOfRange, part.ReadBlock(0, 1, ref data));
    }

    [Fact]
    public void AnArrayThatNoArrayCanBeIsEmpty()
    {
        Assert.Empty(Access.NewBlockArray(ulong.MaxValue));
        Assert.Empty(Access.NewBlockArray(0));
    }
}
