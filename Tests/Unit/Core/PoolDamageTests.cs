using System;
using System.Runtime.InteropServices;
using Reservoir.Pools;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What happens to a pool whose buffers or records are damaged: each kind of damage is found, named, and contained.</summary>
public sealed class PoolDamageTests
{
    // The layout of a record, as the tests plant damage in it: Pools/BufferRecord.cs.
    private const int RecordBytes = 64;
    private const int NextFreeOffset = 16;
    private const int QuarantinedOffset = 44;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void AnOverrunIsFoundAtTheReturn(int distance)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, out NonBlockingPool pool, bufferSize: 61);
        BufferHandle buffer = pool.TryRent().Buffer;
        Damage.Behind(pool, buffer, distance);
        IsQuarantined(pool, buffer, ReturnError.Overrun);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void AnUnderrunIsFoundAtTheReturn(int distance)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        Damage.Before(pool, buffer, distance);
        IsQuarantined(pool, buffer, ReturnError.Underrun);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ABufferThatADeviceHasDamagedIsQuarantinedWhenItIsReturned(bool isBehind)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        if (isBehind)
        {
            Damage.Behind(pool, buffer);
        }
        else
        {
            Damage.Before(pool, buffer);
        }

        pool.Post(buffer);
        Assert.Equal(isBehind ? ReturnError.Overrun : ReturnError.Underrun, pool.ReturnPosted(buffer));
        Assert.Equal(1, pool.TakeSnapshot().Quarantined);
        Assert.Equal(0, pool.TakeSnapshot().Posted);
        Assert.Equal(1, pool.Free);
    }

    [Fact]
    public void WritingAllOfThePayloadIsNoDamage()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, out NonBlockingPool pool, bufferSize: 61);
        for (int i = 0; i < 3; i++)
        {
            BufferHandle buffer = pool.TryRent().Buffer;
            pool.GetSpan(buffer).Fill(0xFF);
            Assert.Equal(ReturnError.None, pool.Return(buffer));
        }
    }

    [Fact]
    public void AQuarantinedBufferNeverComesBack()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(3, out NonBlockingPool pool);
        BufferHandle bad = pool.TryRent().Buffer;
        Damage.Behind(pool, bad);
        pool.Return(bad);
        for (int round = 0; round < 5; round++)
        {
            BufferHandle first = pool.TryRent().Buffer;
            BufferHandle second = pool.TryRent().Buffer;
            Assert.NotEqual(bad.Index, first.Index);
            Assert.NotEqual(bad.Index, second.Index);
            Assert.Equal(RentError.Empty, pool.TryRent().Error);
            pool.Return(second);
            pool.Return(first);
        }
    }

    [Fact]
    public void AQuarantinedBuffersLastOwnerIsOnRecord()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        BufferHandle buffer = default;
        int id = bench.Thread("careless", 5, _ =>
        {
            buffer = pool.TryRent().Buffer;
            Damage.Behind(pool, buffer);
            pool.Return(buffer);
        }).Id;
        bench.Run();
        Assert.Equal(id, pool.GetOwner(buffer.Index));
        Assert.Equal(1, pool.TakeSnapshot().Quarantined);
    }

    [Fact]
    public void APoolWhoseBuffersAreAllQuarantinedIsEmptyAndSound()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(2, out NonBlockingPool pool);
        for (int i = 0; i < 2; i++)
        {
            BufferHandle buffer = pool.TryRent().Buffer;
            Damage.Before(pool, buffer);
            Assert.Equal(ReturnError.Underrun, pool.Return(buffer));
        }

        Assert.Equal(RentError.Empty, pool.TryRent().Error);
        Assert.Equal(0, pool.Free);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(40)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    public void ALinkOutOfThePoolIsFound(int link)
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        Link(bench, 20) = Record(bench, link);
        Assert.Equal(PoolAudit.BrokenLink, pool.Audit());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(1)]
    [InlineData(-1)]
    public void ALinkBetweenTwoRecordsIsFound(int distance)
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        Link(bench, 20) = Record(bench, 5) + (ulong)distance;
        Assert.Equal(PoolAudit.BrokenLink, pool.Audit());
    }

    [Fact]
    public void ALinkToARentedBufferIsFound()
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        Link(bench, 20) = Record(bench, 0);
        Assert.Equal(PoolAudit.ListedButNotFree, pool.Audit());
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(39, 10)]
    [InlineData(20, 15)]
    public void ACircleIsFound(int from, int to)
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        Link(bench, from) = Record(bench, to);
        int steps = 0;
        bench.Processor.Unmasked = () => steps++;
        Assert.Equal(PoolAudit.WrongFreeCount, pool.Audit());
        Assert.InRange(steps, 1, 40);
    }

    [Fact]
    public void AChainThatEndsTooSoonIsFound()
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        Link(bench, 20) = 0;
        Assert.Equal(PoolAudit.WrongFreeCount, pool.Audit());
    }

    [Fact]
    public void ARecordThatNamesAnotherBufferIsFound()
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        Word(bench, 30, 0) ^= 1;
        Assert.Equal(PoolAudit.DamagedRecord, pool.Audit());
    }

    [Fact]
    public void ARecordThatNamesAnotherPoolIsFound()
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        Word(bench, 30, 0) ^= 1 << 16;
        Assert.Equal(PoolAudit.DamagedRecord, pool.Audit());
    }

    [Fact]
    public void AFreeBufferThatSeemsRentedIsFound()
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        Word(bench, 30, 0) &= ~(1 << 15);
        Assert.Equal(PoolAudit.WrongInUseCount, pool.Audit());
    }

    [Fact]
    public void AFreeBufferThatSeemsQuarantinedIsFound()
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        bench.Memory.GetRecords(0).AsSpan()[(30 * RecordBytes) + QuarantinedOffset] = 1;
        Assert.Equal(PoolAudit.WrongQuarantinedCount, pool.Audit());
    }

    [Fact]
    public void ARentedBufferThatSeemsQuarantinedIsFound()
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        bench.Memory.GetRecords(0).AsSpan()[(3 * RecordBytes) + QuarantinedOffset] = 1;
        Assert.Equal(PoolAudit.DamagedRecord, pool.Audit());
    }

    [Fact]
    public void DamageOfAFreeBufferIsFoundByTheAudit()
    {
        using KernelBench bench = KernelBench.WithNonBlocking(40, out NonBlockingPool pool);
        BufferHandle buffer = pool.TryRent().Buffer;
        ulong payload = pool.GetBusAddress(buffer);
        pool.Return(buffer);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
        unsafe
        {
            Damage.Flip((byte*)payload - 1);
        }

        Assert.Equal(PoolAudit.DamagedFreeBuffer, pool.Audit());
    }

    [Fact]
    public void APoolInUseIsSound()
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    [Fact]
    public void AnAuditLetsInterruptsInAndStartsAgainWhenTheyUseThePool()
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        var processor = new InterruptingProcessor(bench, pool, interrupts: 3);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
        Assert.Equal(3, processor.Served);
    }

    [Fact]
    public void APoolThatNeverRestsIsNotCalledUnsound()
    {
        using KernelBench bench = Busy(out NonBlockingPool pool);
        var processor = new InterruptingProcessor(bench, pool, interrupts: int.MaxValue);
        Assert.Equal(PoolAudit.Unsettled, pool.Audit());
        Assert.InRange(processor.Served, 1, 1000);
    }

    private static void IsQuarantined(NonBlockingPool pool, BufferHandle buffer, ReturnError expected)
    {
        Assert.Equal(expected, pool.Return(buffer));
        PoolSnapshot after = pool.TakeSnapshot();
        Assert.Equal(1, after.Quarantined);
        Assert.Equal(0, after.InUse);
        Assert.Equal(after.Count - 1, after.Free);
        Assert.Equal(ReturnError.StaleHandle, pool.Return(buffer));
        Assert.True(pool.GetSpan(buffer).IsEmpty);
        Assert.Equal(1, pool.TakeSnapshot().Quarantined);
        Assert.Equal(PoolAudit.Sound, pool.Audit());
    }

    /// <summary>Forty buffers, of which the first ten are rented, so that the chain of free ones runs from 10 to 39.</summary>
    private static KernelBench Busy(out NonBlockingPool pool)
    {
        KernelBench bench = KernelBench.WithNonBlocking(40, out pool);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(i, pool.TryRent().Buffer.Index);
        }

        return bench;
    }

    private static ulong Record(KernelBench bench, int index) => bench.Memory.GetRecords(0).Start + (ulong)((long)index * RecordBytes);

    private static ref ulong Link(KernelBench bench, int index) =>
        ref MemoryMarshal.Cast<byte, ulong>(bench.Memory.GetRecords(0).AsSpan().Slice((index * RecordBytes) + NextFreeOffset, 8))[0];

    private static ref int Word(KernelBench bench, int index, int offset)
    {
        return ref MemoryMarshal.AsRef<int>(bench.Memory.GetRecords(0).AsSpan().Slice((index * RecordBytes) + offset, sizeof(int)));
    }

    /// <summary>Raises an interrupt that rents and returns each time interrupts are let in.</summary>
    private sealed class InterruptingProcessor
    {
        private readonly NonBlockingPool _pool;
        private int _left;
        private bool _serving;

        public InterruptingProcessor(KernelBench bench, NonBlockingPool pool, int interrupts)
        {
            _pool = pool;
            _left = interrupts;
            bench.Processor.Unmasked = () =>
            {
                if (!_serving && _left > 0)
                {
                    _left--;
                    _serving = true;
                    bench.Processor.Interrupt(Use);
                    _serving = false;
                }
            };
        }

        public int Served { get; private set; }

        private void Use()
        {
            Served++;
            Assert.Equal(ReturnError.None, _pool.Return(_pool.TryRent().Buffer));
        }
    }
}
