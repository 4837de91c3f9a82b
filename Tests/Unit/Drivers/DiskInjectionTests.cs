using System;
using Reservoir.Devices;
using Reservoir.Drivers.Ata;
using Reservoir.Shell.Commands;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The n-th read, write or flush of the drive fails, as QEMU's blkdebug does it on the machine: the caller gets an error or the
/// retry succeeds; never wrong data.</summary>
public sealed class DiskInjectionTests
{
    private const int Operations = 50;
    private const int Strides = 5;
    private const ulong First = 5000;
    private const ulong Count = 12000;

    /// <summary>Each of the first operations fails in one of the runs; further ones fail right behind it, so that retries run out,
    /// too.</summary>
    [Theory]
    [InlineData(MediumOperation.Read, TransferMode.BusMaster)]
    [InlineData(MediumOperation.Write, TransferMode.BusMaster)]
    [InlineData(MediumOperation.Flush, TransferMode.BusMaster)]
    [InlineData(MediumOperation.Read, TransferMode.Programmed)]
    [InlineData(MediumOperation.Write, TransferMode.Programmed)]
    public void ErrorsAtManyOperationsAreErrorsOrAreRetriedButNeverWrongData(object kind, object mode)
    {
        for (int stride = 0; stride < Strides; stride++)
        {
            using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(1 << 15), (TransferMode)mode);
            FakeAtaMedium medium = bench.Setup.Master!.Medium;
            medium.Fails = (operation, number) => operation.Equals(kind) && Fails(number, stride);
            while (medium.CountOf((MediumOperation)kind) < Operations)
            {
                Assert.Equal(0ul, Run(bench).WrongBlocks);
            }

            Assert.True(medium.Failed >= Operations / Strides, "the rules were not followed");
            AssertIsAsGoodAsNew(bench);
        }
    }

    [Theory]
    [InlineData(MediumOperation.Read, TransferMode.BusMaster)]
    [InlineData(MediumOperation.Write, TransferMode.BusMaster)]
    [InlineData(MediumOperation.Flush, TransferMode.BusMaster)]
    [InlineData(MediumOperation.Read, TransferMode.Programmed)]
    [InlineData(MediumOperation.Write, TransferMode.Programmed)]
    [InlineData(MediumOperation.Flush, TransferMode.Programmed)]
    public void ErrorAtEachOfTheFirstOperationsInTurnIsAnErrorOrIsRetried(object kind, object mode)
    {
        foreach (int number in new[] { 1, 2, 7, 18, Operations })
        {
            using DiskBench bench = DiskBench.WithDisk(DiskBench.Drive(1 << 15), (TransferMode)mode);
            FakeAtaMedium medium = bench.Setup.Master!.Medium;
            medium.Fails = (operation, current) => operation.Equals(kind) && current == number;
            int failedFlushes = 0;
            while (medium.CountOf((MediumOperation)kind) < number)
            {
                DiskTest test = Run(bench);
                Assert.Equal((0ul, 0, 0), (test.WrongBlocks, test.FailedWrites, test.FailedReads));
                failedFlushes += test.FailedFlushes;
            }

            // A flush is not tried again.
            Assert.Equal(1, medium.Failed);
            Assert.Equal(kind.Equals(MediumOperation.Flush) ? 1 : 0, failedFlushes);
            AssertIsAsGoodAsNew(bench);
        }
    }

    private static bool Fails(int number, int stride)
    {
        bool isRepeated = number > Operations / 2 && number % Strides != (stride + 4) % Strides
            && number % Strides != (stride + 3) % Strides;
        return number <= Operations && (number % Strides == stride || isRepeated);
    }

    private static DiskTest Run(DiskBench bench)
    {
        DiskTest test = default;
        Assert.True(test.Run(bench.Context, bench.Disk!, First, Count, bench.Workshop.Processor.Now, 1_000_000_000));
        return test;
    }

    private static void AssertIsAsGoodAsNew(DiskBench bench)
    {
        DiskTest test = Run(bench);
        Assert.Equal((Count, 0ul), (test.ComparedBlocks, test.WrongBlocks));
        Assert.Equal((0, 0, 0), (test.FailedWrites, test.FailedFlushes, test.FailedReads));
        for (ulong block = First; block < First + Count; block++)
        {
            Assert.Equal(block, BitConverter.ToUInt64(bench.Setup.Master!.Medium.Block(block)));
        }
    }
}
