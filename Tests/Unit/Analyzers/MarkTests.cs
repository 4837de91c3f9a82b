using System;
using System.Reflection;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.HAL;
using Reservoir.Devices;
using Reservoir.Drivers.Ata;
using Reservoir.Drivers.E1000;
using Reservoir.Network;
using Reservoir.Pools;
using Reservoir.Recorder;
using Reservoir.Threads;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Analyzers;

/// <summary>What interrupts and packets reach has made the promise: a mark that goes missing would silence its reports.</summary>
public sealed class MarkTests
{
    [Theory]
    [InlineData(typeof(Processor))]
    [InlineData(typeof(E1000Card))]
    [InlineData(typeof(AtaChannel))]
    [InlineData(typeof(NetworkStack))]
    [InlineData(typeof(RecorderService))]
    public void AssemblyIsMarked(Type type) => Assert.NotNull(type.Assembly.GetCustomAttribute<AllocationFreeAttribute>());

    [Theory]
    [InlineData(typeof(INTs.IRQDelegate))]
    [InlineData(typeof(InterruptHook))]
    [InlineData(typeof(ByteReceived))]
    [InlineData(typeof(NetworkDevice))]
    [InlineData(typeof(NetworkCard))]
    [InlineData(typeof(IBlockStorage))]
    [InlineData(typeof(FrameQueue))]
    [InlineData(typeof(BufferPool))]
    [InlineData(typeof(BlockingPool))]
    [InlineData(typeof(NonBlockingPool))]
    [InlineData(typeof(Scheduler))]
    [InlineData(typeof(Semaphore))]
    [InlineData(typeof(Mutex))]
    [InlineData(typeof(Event))]
    public void TypeIsMarked(Type type) => Assert.NotNull(type.GetCustomAttribute<AllocationFreeAttribute>());

    [Fact]
    public void RightToWaitIsACapabilityThatCannotBeStored()
    {
        Assert.NotNull(typeof(ThreadContext).GetCustomAttribute<CapabilityAttribute>());
        Assert.True(typeof(ThreadContext).IsByRefLike);
        Assert.Empty(typeof(ThreadContext).GetConstructors());
    }
}
