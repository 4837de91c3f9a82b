using System;
using Reservoir.Devices;
using Reservoir.Drivers.E1000;
using Reservoir.Lab.Faults;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The driver on a card made of code, with the kernel's own pools and queue.</summary>
internal sealed class NicBench : IDisposable
{
    public const int AnswerBuffers = 4;

    public NicBench(int spareBuffers = 512, int transmitBuffers = 16, int model = 0, int queue = 0, int answerBuffers = AnswerBuffers)
    {
        ReceiveBuffers = E1000Card.ReceiveRingSize + spareBuffers;
        Workshop = new Workshop(
            PlanLine.Pool("receive", "network", PoolKind.NonBlocking, E1000Card.BufferBytes, ReceiveBuffers),
            PlanLine.Pool("transmit", "network", PoolKind.Blocking, E1000Card.BufferBytes, transmitBuffers),
            PlanLine.Pool("answer", "network", PoolKind.NonBlocking, E1000Card.BufferBytes, answerBuffers),
            PlanLine.Scratch("rings", "network", E1000Card.RingBytes));
        Receive = Workshop.NonBlocking("receive");
        Transmit = Workshop.Blocking("transmit");
        Answers = Workshop.NonBlocking("answer");
        Assert.Equal(PlanError.None, Workshop.Memory.TakeRegion("rings", ReservationKind.Scratch, out Region rings));
        Queue = new FrameQueue(Workshop.Scheduler, Receive, queue == 0 ? ReceiveBuffers : queue);
        Driver = new E1000Card(Faults.Attach(Card), 11, E1000Model.CreateTable()[model], new E1000Resources
        {
            Rings = rings,
            ReceivePool = Receive,
            TransmitPool = Transmit,
            AnswerPool = Answers,
            Queue = Queue,
            Processor = Workshop.Processor,
        });
        Assert.True(Driver.Start());
        Assert.True(Driver.Unmask());
    }

    public int ReceiveBuffers { get; }

    public Workshop Workshop { get; }

    public FakeE1000 Card { get; } = new();

    /// <summary>Breaks the card.</summary>
    public E1000Faults Faults { get; } = new();

    public NonBlockingPool Receive { get; }

    public BlockingPool Transmit { get; }

    public NonBlockingPool Answers { get; }

    public FrameQueue Queue { get; }

    public E1000Card Driver { get; }

    /// <summary>Frames of 60 bytes arrive, each with its number.</summary>
    /// <returns>How many the card took.</returns>
    public int Arrive(int count)
    {
        int taken = 0;
        byte[] frame = new byte[60];
        for (int i = 0; i < count; i++)
        {
            BitConverter.TryWriteBytes(frame, i);
            taken += Card.Arrive(frame) ? 1 : 0;
        }

        return taken;
    }

    /// <summary>Serves the card's interrupt as often as it raises one.</summary>
    /// <returns>How often that was.</returns>
    public int Interrupt()
    {
        int count = 0;
        while (Card.Interrupts)
        {
            Assert.True(++count < 10_000, "an interrupt without an end");
            nuint state = Workshop.Processor.MaskInterrupts();
            Workshop.Scheduler.EnterInterrupt(Workshop.Processor.Now);
            Driver.Serve();
            Workshop.Scheduler.ExitInterrupt(Workshop.Processor.Now);
            Workshop.Processor.RestoreInterrupts(state);
        }

        return count;
    }

    /// <summary>Takes everything out of the queue and gives the buffers back.</summary>
    public int Drain()
    {
        int count = 0;
        while (Queue.TryDequeue(out ReceivedFrame frame))
        {
            Assert.Equal(ReturnError.None, Receive.Return(frame.Buffer));
            count++;
        }

        return count;
    }

    public void Dispose() => Workshop.Dispose();
}
