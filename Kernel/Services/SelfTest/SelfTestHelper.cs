using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.SelfTest;

/// <summary>
/// A thread that does small jobs for the tests. It is more important than the runner: a job begins before <see cref="Begin"/> returns, and
/// ends or blocks before the runner goes on.
/// </summary>
public sealed class SelfTestHelper : ParkedWorker
{
    private readonly SelfTestFixture _fixture;
    private Job _job;
    private ulong _timeout;

    internal SelfTestHelper(string name, SelfTestFixture fixture)
        : base(fixture.Scheduler, "job")
    {
        Name = name;
        _fixture = fixture;
    }

    /// <summary>What a helper can do.</summary>
    internal enum Job
    {
        /// <summary>Rents a buffer of the blocking pool and keeps it.</summary>
        Rent,

        /// <summary>Waits for the fixture's signal.</summary>
        Wait,

        /// <summary>Receives a message.</summary>
        Receive,

        /// <summary>Nothing.</summary>
        Run,
    }

    /// <summary>The thread's name in the plan.</summary>
    public string Name { get; }

    /// <summary>The thread; set after it was created.</summary>
    public KernelThread? Thread { get; set; }

    /// <summary>Whether the last job has ended.</summary>
    internal bool IsDone { get; private set; }

    /// <summary>The place of its last job in the order in which the jobs of both helpers ended, from 1.</summary>
    internal int EndedAs { get; private set; }

    /// <summary>How long the last job took, in nanoseconds.</summary>
    internal ulong Took { get; private set; }

    /// <summary>What the last rental gave.</summary>
    internal RentResult Rented { get; private set; }

    /// <summary>The message that was received last.</summary>
    internal Message Received { get; private set; }

    /// <summary>How the last wait ended.</summary>
    internal WaitResult Waited { get; private set; }

    /// <inheritdoc/>
    protected override void Work(ThreadContext context)
    {
        ulong begun = Scheduler.Clock.Nanoseconds;
        switch (_job)
        {
            case Job.Rent:
                Rented = _fixture.Blocking.TryRent(context, _timeout);
                break;
            case Job.Wait:
                Waited = _fixture.Signal.Wait(context, _timeout);
                break;
            case Job.Receive:
                Waited = _fixture.Messages.Receive(context, out Message message, _timeout);
                Received = message;
                break;
        }

        Took = Scheduler.Clock.Nanoseconds - begun;
        EndedAs = ++_fixture.Order;
        IsDone = true;
    }

    /// <summary>Starts a job.</summary>
    internal void Begin(Job job, ulong timeoutNanoseconds = Clock.Forever)
    {
        _job = job;
        _timeout = timeoutNanoseconds;
        IsDone = false;
        Rented = default;
        Start();
    }
}
