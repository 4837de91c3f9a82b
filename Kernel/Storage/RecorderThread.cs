using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Storage;

/// <summary>
/// The recorder's end at the disk: takes datagrams from the queue and appends them to the volume.
/// </summary>
/// <remarks>
/// It writes as long as datagrams wait, up to a batch, and flushes once for all of them. An error of the disk costs the datagrams concerned, a counter and, when it
/// begins or changes, a message; then it goes on. Its numbers tell what became of each datagram taken: <see cref="Handled"/> = <see cref="Recorded"/> +
/// <see cref="RefusedNotReady"/> + <see cref="RefusedFull"/> + <see cref="Failed"/>.
/// </remarks>
public sealed class RecorderThread : ThreadBody
{
    private const int BatchSize = 16;
    private const ulong DrainStepNanoseconds = Clock.NanosecondsPerMillisecond;

    private readonly Scheduler _scheduler;
    private readonly FrameQueue _queue;
    private readonly TextOutput _messages;
    private RecordError _lastError;
    private bool _busy;

    /// <summary>Makes the body; <see cref="Scheduler.CreateThread"/> makes it run. Boot context.</summary>
    /// <param name="scheduler">Whose thread will run it.</param>
    /// <param name="queue">Where datagrams come from; this thread is its only consumer.</param>
    /// <param name="volume">Where they go.</param>
    /// <param name="messages">Where it says what happens to the disk.</param>
    public RecorderThread(Scheduler scheduler, FrameQueue queue, RecordVolume volume, TextOutput messages)
    {
        _scheduler = scheduler;
        _queue = queue;
        Volume = volume;
        _messages = messages;
        _ = Crc32C.Compute("prepares the checksum's table while memory may still be had"u8);
    }

    /// <summary>Where the datagrams go.</summary>
    public RecordVolume Volume { get; }

    /// <summary>Datagrams taken from the queue and dealt with.</summary>
    public ulong Handled => Recorded + RefusedNotReady + RefusedFull + Failed;

    /// <summary>Datagrams that the disk has taken.</summary>
    public ulong Recorded { get; private set; }

    /// <summary>Datagrams that came while there was no volume to write to.</summary>
    public ulong RefusedNotReady { get; private set; }

    /// <summary>Datagrams that came when the volume was full.</summary>
    public ulong RefusedFull { get; private set; }

    /// <summary>Datagrams that could not be written: an error of the disk, or no buffer.</summary>
    public ulong Failed { get; private set; }

    /// <summary>Flushes that the disk did not confirm.</summary>
    public ulong FailedFlushes { get; private set; }

    /// <summary>Whether nothing waits, neither for the disk nor for a flush. Any context.</summary>
    public bool IsIdle => !System.Threading.Volatile.Read(ref _busy) && _queue.Count == 0;

    /// <summary>Looks at the disk, then records for ever; ends only if its waiting is called off.</summary>
    /// <param name="context">The right to wait.</param>
    public override void Run(ThreadContext context)
    {
        // A thread that was killed has left this as it was.
        System.Threading.Volatile.Write(ref _busy, false);
        Open(context);
        WaitResult wait = WaitResult.Signalled;
        while (wait == WaitResult.Signalled)
        {
            if (!HandleBatch(context))
            {
                wait = _queue.Wait(context, Clock.Forever);
            }
        }
    }

    /// <summary>Mounts the volume, formats a blank disk, and says what came of it.</summary>
    /// <param name="context">The caller's right to wait.</param>
    public void Open(ThreadContext context)
    {
        VolumeState state = Volume.Mount(context);
        if (state == VolumeState.Blank)
        {
            _messages.WriteLine($"recorder: {Volume.Storage!.Name} is blank; it is formatted");
            state = Volume.Format(context);
        }

        if (state == VolumeState.Ready)
        {
            ReportReady();
        }
        else
        {
            ReportUnusable(state);
        }
    }

    /// <summary>Writes what waits in the queue, at most one batch, and flushes it.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns>False if nothing waited.</returns>
    public bool HandleBatch(ThreadContext context)
    {
        // Before the queue is looked at: a datagram is at any moment either in the queue or in busy hands.
        System.Threading.Volatile.Write(ref _busy, true);
        int taken = WriteBatch(context);
        if (taken != 0 && Volume.Flush(context) != RecordError.None)
        {
            FailedFlushes++;
            _messages.WriteLine($"recorder: flush failed: {RecordErrorText.Describe(Volume.LastStatus)}; the last records may not survive a power cut");
        }

        System.Threading.Volatile.Write(ref _busy, false);
        return taken != 0;
    }

    /// <summary>Waits until everything that has been accepted is on the disk: before the machine is switched off.</summary>
    /// <param name="context">The caller's right to wait; any thread but the recorder's own.</param>
    /// <param name="timeoutNanoseconds">How long at most.</param>
    /// <returns>False if something still waits.</returns>
    public bool Drain(ThreadContext context, ulong timeoutNanoseconds)
    {
        ulong start = _scheduler.Clock.Nanoseconds;
        while (!IsIdle)
        {
            if (_scheduler.Clock.Nanoseconds - start >= timeoutNanoseconds
                || _scheduler.Sleep(context, DrainStepNanoseconds) == WaitResult.NotAllowedHere)
            {
                return false;
            }
        }

        return true;
    }

    private int WriteBatch(ThreadContext context)
    {
        int taken = 0;
        while (taken < BatchSize && _queue.TryDequeue(out ReceivedFrame datagram))
        {
            Count(Append(context, _queue.Pool.GetSpan(datagram.Buffer), datagram.Length));
            _queue.Pool.Return(datagram.Buffer);
            taken++;
        }

        return taken;
    }

    private RecordError Append(ThreadContext context, ReadOnlySpan<byte> buffer, int length)
    {
        if (length < RecorderService.OriginLength || length > buffer.Length)
        {
            return RecordError.Damaged;
        }

        RecordOrigin origin = RecorderService.ReadOrigin(buffer);
        return Volume.Append(context, in origin, buffer.Slice(RecorderService.OriginLength, length - RecorderService.OriginLength));
    }

    private void Count(RecordError error)
    {
        switch (error)
        {
            case RecordError.None:
                Recorded++;
                break;
            case RecordError.NotReady:
                RefusedNotReady++;
                break;
            case RecordError.Full:
                RefusedFull++;
                break;
            default:
                Failed++;
                break;
        }

        if (error != _lastError)
        {
            _lastError = error;
            ReportChange(error);
        }
    }

    private void ReportChange(RecordError error)
    {
        if (error == RecordError.None)
        {
            _messages.WriteLine("recorder: recording again"u8);
        }
        else if (error == RecordError.DeviceError)
        {
            _messages.WriteLine($"recorder: record {Volume.Records + 1} lost: {RecordErrorText.Describe(Volume.LastStatus)}");
        }
        else
        {
            _messages.WriteLine($"recorder: datagrams are being lost: {RecordErrorText.Describe(error)}");
        }
    }

    private void ReportReady()
    {
        _messages.WriteLine($"recorder: {Volume.Storage!.Name} has {Volume.Records} records, room for {Volume.Capacity - Volume.Records} more");
        if (Volume.UnreadableRecords != 0)
        {
            _messages.WriteLine($"recorder: {Volume.UnreadableRecords} records can't be read");
        }
    }

    private void ReportUnusable(VolumeState state)
    {
        if (state == VolumeState.NoDevice)
        {
            _messages.WriteLine("recorder: there is no disk; datagrams will be refused"u8);
            return;
        }

        _messages.WriteLine($"recorder: {Volume.Storage!.Name} {VolumeStateText.Describe(state)}; it is left alone");
        if (state is not (VolumeState.Unsuitable or VolumeState.TooSmall))
        {
            _messages.WriteLine("recorder: 'record format yes' claims it and destroys what it holds"u8);
        }
    }
}
