using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Network;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Demo;

/// <summary>
/// Brings frames as the network card does, only faster than any cable: for each it takes a buffer of the receive pool, or drops the frame
/// and counts it, and puts it in the queue of the protocol thread.
/// </summary>
/// <remarks>
/// It is more important than whoever deals with the frames, as the card's interrupt is: <see cref="BatchFrames"/> arrive before anybody
/// else runs, which at the line rate of gigabit Ethernet (1,488 frames of the shortest length in a millisecond) is what arrives in less
/// than three. It sleeps except during a run. Frames of the card come in between: the queue takes from both.
/// </remarks>
[AllocationFree]
public sealed class Flood : ParkedWorker
{
    /// <summary>Frames at once.</summary>
    public const int BatchFrames = 4096;

    private const ulong PauseNanoseconds = 10 * Clock.NanosecondsPerMillisecond;

    private readonly FrameQueue _frames;
    private readonly NetworkStack _stack;
    private readonly DatagramTemplate _template = new();
    private int _batch;
    private int _count;
    private ushort _port;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="scheduler">Whose thread will run it.</param>
    /// <param name="frames">The protocol thread's queue.</param>
    /// <param name="stack">Whom the frames are for.</param>
    public Flood(Scheduler scheduler, FrameQueue frames, NetworkStack stack)
        : base(scheduler, "flood")
    {
        _frames = frames;
        _stack = stack;
    }

    /// <summary>Frames that have arrived in this run.</summary>
    public ulong Arrived { get; private set; }

    /// <summary>Frames of those for which the pool had no buffer.</summary>
    public ulong Dropped { get; private set; }

    /// <summary>Begins a run. Thread context, not while one is under way.</summary>
    /// <param name="port">The UDP port that all are for.</param>
    /// <param name="count">How many frames.</param>
    /// <param name="batch">How many at once, at least 1.</param>
    public void Begin(ushort port, int count, int batch)
    {
        _port = port;
        _count = count;
        _batch = batch;
        Arrived = 0;
        Dropped = 0;
        Start();
    }

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
        _template.Build(_stack, _port);
        for (int i = 0; i < _count; i++)
        {
            if (i % _batch == 0 && i != 0)
            {
                Scheduler.Sleep(context, PauseNanoseconds);
            }

            Arrive((ulong)i);
        }
    }

    private void Arrive(ulong number)
    {
        Arrived++;
        RentResult rental = _frames.Pool.TryRent();
        if (!rental.Succeeded)
        {
            Dropped++;
            return;
        }

        _template.SetNumber(number);
        _template.Frame.CopyTo(_frames.Pool.GetSpan(rental.Buffer));
        if (!_frames.TryEnqueue(new ReceivedFrame(rental.Buffer, _template.Frame.Length)))
        {
            _frames.Pool.Return(rental.Buffer);
            Dropped++;
        }
    }
}
