using System;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

public sealed class ProtocolThreadTests : IDisposable
{
    private const int Buffers = 8;
    private readonly Workshop _workshop = new(PlanLine.Pool("nic", "network", PoolKind.NonBlocking, 2048, Buffers));
    private readonly Wire _wire = new();
    private readonly NonBlockingPool _pool;
    private readonly FrameQueue _queue;
    private readonly ProtocolThread _thread;

    public ProtocolThreadTests()
    {
        _pool = _workshop.NonBlocking("nic");
        _queue = new FrameQueue(_workshop.Scheduler, _pool, Buffers);
        _thread = new ProtocolThread(_workshop.Scheduler, _queue, _wire.Stack);
    }

    public void Dispose()
    {
        _workshop.Dispose();
        _wire.Dispose();
    }

    [Fact]
    public void AFrameIsAnsweredAndItsBufferComesBack()
    {
        Receive(Wire.Echo(100).Bytes);
        Assert.Equal(Buffers - 1, _pool.Free);
        Assert.True(_thread.TryHandleNext());
        Assert.Single(_wire.Device.Sent);
        Assert.Equal(Buffers, _pool.Free);
        Assert.Equal(1UL, _thread.FramesTaken);
    }

    [Fact]
    public void NothingIsTakenFromAnEmptyQueue()
    {
        Assert.False(_thread.TryHandleNext());
        Assert.Equal(0UL, _thread.FramesTaken);
        Assert.Equal(0UL, _wire.Stack.Counters.Frames);
    }

    [Fact]
    public void EveryFrameOfAFullQueueIsTakenInOrder()
    {
        for (ushort i = 0; i < Buffers; i++)
        {
            Receive(Wire.Echo(10, sequence: i).Bytes);
        }

        Assert.False(_pool.TryRent().Succeeded);
        for (int i = 0; i < Buffers; i++)
        {
            Assert.True(_thread.TryHandleNext());
            Assert.Equal(i, _wire.Device.Sent[i][41]);
        }

        Assert.False(_thread.TryHandleNext());
        Assert.Equal(Buffers, _pool.Free);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(2049)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void AFrameOfImpossibleLengthIsLostAndItsBufferComesBack(int length)
    {
        Assert.True(_queue.TryEnqueue(new ReceivedFrame(_pool.TryRent().Buffer, length)));
        Assert.True(_thread.TryHandleNext());
        Assert.Equal(1UL, _wire.Stack.Counters[DropReason.BufferRefused]);
        Assert.Equal(Buffers, _pool.Free);
    }

    [Fact]
    public void AFrameWhoseHandleIsStaleIsNotTaken()
    {
        BufferHandle handle = _pool.TryRent().Buffer;
        Assert.Equal(ReturnError.None, _pool.Return(handle));
        Assert.False(_queue.TryEnqueue(new ReceivedFrame(handle, 60)));
        Assert.Equal(0, _queue.Count);
    }

    [Fact]
    public void AFrameWhoseBufferIsGoneIsLost()
    {
        BufferHandle handle = _pool.TryRent().Buffer;
        Assert.True(_queue.TryEnqueue(new ReceivedFrame(handle, 60)));
        Assert.Equal(ReturnError.None, _pool.Return(handle));
        Assert.True(_thread.TryHandleNext());
        Assert.Equal(1UL, _wire.Stack.Counters[DropReason.BufferRefused]);
        Assert.Equal(Buffers, _pool.Free);
    }

    [Fact]
    public void PausingAndResumingTwiceChangeNothingTheSecondTime()
    {
        Assert.False(_thread.IsPaused);
        Assert.False(_thread.Resume());
        Assert.True(_thread.Pause());
        Assert.False(_thread.Pause());
        Assert.True(_thread.IsPaused);
        Assert.True(_thread.Resume());
        Assert.False(_thread.IsPaused);
    }

    [Fact]
    public void AThreadThatMayNotWaitEndsInsteadOfSpinning()
    {
        Receive(Wire.Echo(10).Bytes);
        _thread.Run(default);
        Assert.Empty(_wire.Device.Sent);
        Assert.Equal(1, _queue.Count);
    }

    private void Receive(byte[] frame)
    {
        RentResult rental = _pool.TryRent();
        Assert.True(rental.Succeeded);
        frame.CopyTo(_pool.GetSpan(rental.Buffer));
        Assert.True(_queue.TryEnqueue(new ReceivedFrame(rental.Buffer, frame.Length)));
    }
}
