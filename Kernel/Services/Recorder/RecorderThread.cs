using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Threads;
using Reservoir.Time;
using Reservoir.Volume;

namespace Reservoir.Recorder;

/// <summary>
/// The recorder's end at the disk: takes datagrams from the queue, appends them to the volume in batches, and acknowledges them to their
/// senders when they are on the medium.
/// </summary>
/// <remarks>
/// <para>A batch is what waits in the queue, up to <see cref="VolumeLayout.LongestBatch"/> datagrams. Usually it is one write command and
/// one flush. What arrives meanwhile makes up the next batch, so the busier the disk the more datagrams share a command. The thread never
/// waits for a batch to fill.</para>
/// <para>An acknowledgement goes out by a buffer that is kept for answers, or else waits for another: all those of a batch together
/// <see cref="LongestAcknowledgingNanoseconds"/> at most, so that a card that does not send costs acknowledgements and not records.</para>
/// <para>If the disk fails it the whole batch is written once more to the same place, and then lost: counted, named in a message, and not
/// acknowledged. After three such batches the volume is failing; then datagrams are refused, and it is mounted anew every ten seconds as
/// long as there are any.</para>
/// <para>Its numbers tell what became of each datagram taken: <see cref="Handled"/> = <see cref="Recorded"/> +
/// <see cref="RefusedNotReady"/> + <see cref="Failed"/>, and <see cref="Recorded"/> = <see cref="Acknowledged"/> +
/// <see cref="Unacknowledged"/>.</para>
/// </remarks>
public sealed class RecorderThread : ThreadBody
{
    /// <summary>How long the acknowledgements of a batch wait for transmit buffers, in nanoseconds.</summary>
    public const ulong LongestAcknowledgingNanoseconds = 20 * Clock.NanosecondsPerMillisecond;

    /// <summary>How long a failing volume is left in peace, in nanoseconds.</summary>
    public const ulong FailingNanoseconds = 10 * Clock.NanosecondsPerSecond;

    private const int TriesPerBatch = 2;
    private const ulong DrainStepNanoseconds = Clock.NanosecondsPerMillisecond;

    private readonly Scheduler _scheduler;
    private readonly FrameQueue _queue;
    private readonly UdpSender? _sender;
    private readonly TextOutput _messages;
    private readonly ReceivedFrame[] _batch = new ReceivedFrame[VolumeLayout.LongestBatch];
    private readonly Semaphore _resumed;
    private readonly ulong[] _numbers = new ulong[VolumeLayout.LongestBatch];
    private RecordError _lastError;
    private ulong _reportedWraps;
    private ulong _failingSince;
    private bool _failing;
    private int _reportedBadSlots;

    /// <summary>Datagrams of the batch that are not finished.</summary>
    private int _taken;

    /// <summary>Records whose senders have not been told yet.</summary>
    private int _owed;
    private bool _busy;
    private bool _paused;

    /// <summary>Makes the body; <see cref="Scheduler.CreateThread"/> makes it run. Boot context.</summary>
    /// <param name="scheduler">Whose thread will run it.</param>
    /// <param name="queue">Where datagrams come from; this thread is its only consumer.</param>
    /// <param name="volume">Where they go.</param>
    /// <param name="sender">Takes acknowledgements to the wire; this thread is its only user. Null if there is no network.</param>
    /// <param name="messages">Where it says what happens to the disk.</param>
    public RecorderThread(Scheduler scheduler, FrameQueue queue, RecordVolume volume, UdpSender? sender, TextOutput messages)
    {
        _scheduler = scheduler;
        _queue = queue;
        Volume = volume;
        _sender = sender;
        _messages = messages;
        _resumed = new Semaphore(scheduler, "recorder resume", 0, 1);
    }

    /// <summary>Where the datagrams go.</summary>
    public RecordVolume Volume { get; }

    /// <summary>Datagrams taken from the queue and dealt with.</summary>
    public ulong Handled => Recorded + RefusedNotReady + Failed;

    /// <summary>Datagrams that are on the medium.</summary>
    public ulong Recorded { get; private set; }

    /// <summary>Datagrams that were acknowledged to their senders.</summary>
    public ulong Acknowledged { get; private set; }

    /// <summary>Datagrams that are on the medium but were not acknowledged: no transmit buffer, no port to answer to, or an acknowledgement
    /// itself.</summary>
    public ulong Unacknowledged { get; private set; }

    /// <summary>Datagrams that came while there was no volume to write to.</summary>
    public ulong RefusedNotReady { get; private set; }

    /// <summary>Datagrams that could not be made durable: an error of the disk, no buffer, or the death of this thread.</summary>
    public ulong Failed { get; private set; }

    /// <summary>Batches that the disk did not confirm at the first try.</summary>
    public ulong Retries { get; private set; }

    /// <summary>Batches that are on the medium; each needed one flush.</summary>
    public ulong Batches { get; private set; }

    /// <summary>Whether nothing waits, neither for the disk nor for a flush. Any context.</summary>
    public bool IsIdle => !System.Threading.Volatile.Read(ref _busy) && _queue.Count == 0;

    /// <summary>All counters at one moment, those of the service at the port included. Any context.</summary>
    /// <param name="service">The service that fills the queue.</param>
    public RecorderNumbers TakeNumbers(RecorderService service)
    {
        nuint state = _scheduler.Processor.MaskInterrupts();
        var numbers = new RecorderNumbers
        {
            Seen = service.Seen,
            Accepted = service.Accepted,
            RefusedPoolEmpty = service.RefusedPoolEmpty,
            RefusedQueueFull = service.RefusedQueueFull,
            Recorded = Recorded - (ulong)_owed,
            RefusedNotReady = RefusedNotReady,
            Failed = Failed,
            Acknowledged = Acknowledged,
            Unacknowledged = Unacknowledged,
        };
        _scheduler.Processor.RestoreInterrupts(state);
        return numbers;
    }

    /// <summary>Lets it begin no more batches: datagrams pile up in its own pool, and then they are refused. Any context.</summary>
    public void Pause() => System.Threading.Volatile.Write(ref _paused, true);

    /// <summary>Lets it go on. Any context.</summary>
    public void Resume()
    {
        System.Threading.Volatile.Write(ref _paused, false);
        _resumed.Release();
    }

    /// <summary>Looks at the disk, then records for ever; ends only if its waiting is called off.</summary>
    /// <param name="context">The right to wait.</param>
    public override void Run(ThreadContext context)
    {
        CountLostDatagrams();
        Open(context);
        Volume.ReserveBuffer(context);
        WaitResult wait = WaitResult.Signalled;
        while (wait == WaitResult.Signalled)
        {
            if (System.Threading.Volatile.Read(ref _paused))
            {
                wait = _resumed.Wait(context);
            }
            else if (!HandleBatch(context))
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

        _failing = false;
        ReportOpened(state);
    }

    /// <summary>Takes what waits in the queue, at most one batch, makes it durable and acknowledges it.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <returns>False if nothing waited.</returns>
    public bool HandleBatch(ThreadContext context)
    {
        // Set before the queue is read: at any moment a datagram is either in the queue or this thread is busy with it.
        System.Threading.Volatile.Write(ref _busy, true);
        bool any = TakeNext();
        if (any)
        {
            RemountIfNeeded(context);
            Finish(context, Record(context));
        }

        System.Threading.Volatile.Write(ref _busy, false);
        return any;
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

    /// <summary>Counts what a thread that ran this and died has left unfinished: the buffers have gone back to their pool, and the senders
    /// of the datagrams in them were told nothing.</summary>
    private void CountLostDatagrams()
    {
        Failed += (ulong)_taken;
        if (_taken != 0)
        {
            _messages.WriteLine($"recorder: {_taken} datagrams lost with the thread that had them");
        }

        _taken = 0;
        Unacknowledged += (ulong)_owed;
        _owed = 0;
        System.Threading.Volatile.Write(ref _busy, false);
    }

    private bool TakeNext()
    {
        if (_taken == _batch.Length || !_queue.TryDequeue(out _batch[_taken]))
        {
            return false;
        }

        _taken++;
        return true;
    }

    private RecordError Record(ThreadContext context)
    {
        RecordError error = Volume.Begin(context);
        if (error != RecordError.None)
        {
            return error;
        }

        for (int tries = 0; tries < TriesPerBatch; tries++)
        {
            if (tries != 0)
            {
                Retries++;
                Volume.Rewind();
            }

            error = AppendAll(context);
            error = error == RecordError.None ? Volume.Commit(context, _numbers) : error;
            if (error == RecordError.None)
            {
                break;
            }
        }

        Volume.End(context, error == RecordError.DeviceError);
        return error;
    }

    /// <summary>Appends what has been taken, and what waits in the queue while the batch has room.</summary>
    private RecordError AppendAll(ThreadContext context)
    {
        int appended = 0;
        do
        {
            RecordError error = RecordError.Damaged;
            if (QueuedDatagram.TryRead(BytesOf(appended), out QueuedDatagram datagram))
            {
                RecordOrigin origin = datagram.Origin;
                error = Volume.Append(context, in origin, datagram.Data);
            }

            if (error != RecordError.None)
            {
                return error;
            }

            appended++;
        }
        while (appended < _taken || TakeNext());
        return RecordError.None;
    }

    private ReadOnlySpan<byte> BytesOf(int index)
    {
        ReadOnlySpan<byte> buffer = _queue.Pool.GetSpan(_batch[index].Buffer);
        return buffer.Slice(0, Math.Min(buffer.Length, _batch[index].Length));
    }

    /// <summary>Counts and acknowledges a batch, gives its buffers back, and says what has changed.</summary>
    private void Finish(ThreadContext context, RecordError error)
    {
        int count = _taken;
        if (error == RecordError.None)
        {
            Batches++;
            Recorded += (ulong)count;
            _owed = count;
        }
        else if (error == RecordError.NotReady)
        {
            RefusedNotReady += (ulong)count;
        }
        else
        {
            Failed += (ulong)count;
        }

        _taken = 0;
        ulong timeout = LongestAcknowledgingNanoseconds;
        for (int i = 0; i < count; i++)
        {
            if (error == RecordError.None)
            {
                Acknowledge(context, i, ref timeout);
            }

            _queue.Pool.Return(_batch[i].Buffer);
        }

        Report(error, count);
    }

    private void Acknowledge(ThreadContext context, int index, ref ulong timeout)
    {
        bool sent = _sender is not null && QueuedDatagram.TryRead(BytesOf(index), out QueuedDatagram datagram)
            && TryAcknowledge(context, _sender, in datagram, _numbers[index], ref timeout);
        _owed--;
        Acknowledged += sent ? 1UL : 0;
        Unacknowledged += sent ? 0UL : 1;
    }

    private bool TryAcknowledge(ThreadContext context, UdpSender sender, in QueuedDatagram datagram, ulong number, ref ulong timeout)
    {
        if (RecordAcknowledgement.IsOne(datagram.Data))
        {
            return false;
        }

        new RecordAcknowledgement { Sequence = number, VolumeId = Volume.VolumeId }.Write(sender.Payload, datagram.Data);
        ReplyRoute route = datagram.Route;
        ulong begun = _scheduler.Clock.Nanoseconds;
        SendResult result = sender.Send(context, in route, datagram.Origin.SourcePort, RecordAcknowledgement.Length, timeout);
        timeout -= Math.Min(timeout, _scheduler.Clock.Nanoseconds - begun);
        return result == SendResult.Sent;
    }

    private void RemountIfNeeded(ThreadContext context)
    {
        // A thread died while it mounted or formatted the volume.
        if (Volume.State == VolumeState.NotMounted)
        {
            ReportOpened(Volume.Mount(context));
        }

        if (!_failing || _scheduler.Clock.Nanoseconds - _failingSince < FailingNanoseconds)
        {
            return;
        }

        // Never formatted here: a disk that says it is blank after it has failed is not to be believed.
        _failingSince = _scheduler.Clock.Nanoseconds;
        ReportOpened(Volume.Mount(context));
    }

    private void Report(RecordError error, int count)
    {
        if (error != _lastError || error == RecordError.DeviceError)
        {
            _lastError = error;
            ReportChange(error, count);
        }

        if (Volume.State == VolumeState.Failing && error == RecordError.DeviceError)
        {
            _failing = true;
            _failingSince = _scheduler.Clock.Nanoseconds;
            _messages.WriteLine(
                $"recorder: {Volume.Storage!.Name} keeps failing; datagrams are refused, and it is tried again every ten seconds");
        }

        for (; _reportedBadSlots < Volume.BadSlots.Count; _reportedBadSlots++)
        {
            ulong slot = Volume.BadSlots[_reportedBadSlots];
            _messages.WriteLine(
                $"recorder: slot {slot} (block {VolumeLayout.FirstBlockOf(slot)}) can't be written; it is passed over from now on");
        }

        if (Volume.Wraps != _reportedWraps)
        {
            _reportedWraps = Volume.Wraps;
            _messages.WriteLine(
                $"recorder: {Volume.Storage!.Name} has been full {_reportedWraps} times; the oldest records are overwritten, " +
                $"{Volume.Oldest} is the oldest now");
        }
    }

    private void ReportChange(RecordError error, int count)
    {
        if (error == RecordError.None)
        {
            _messages.WriteLine("recorder: recording again"u8);
        }
        else if (error == RecordError.DeviceError)
        {
            _messages.WriteLine(
                $"recorder: {count} datagrams behind record {Volume.Newest} lost: {BlockStatusText.Describe(Volume.LastStatus)}");
        }
        else
        {
            _messages.WriteLine($"recorder: datagrams are being lost: {RecordErrorText.Describe(error)}");
        }
    }

    private void ReportOpened(VolumeState state)
    {
        _reportedWraps = Volume.Wraps;
        _reportedBadSlots = Volume.BadSlots.Count;
        if (state == VolumeState.Ready)
        {
            _failing = false;
            ReportReady();
        }
        else
        {
            ReportUnusable(state);
        }
    }

    private void ReportReady()
    {
        if (Volume.Wraps == 0)
        {
            _messages.WriteLine(
                $"recorder: {Volume.Storage!.Name} has {Volume.Records} records, room for {Volume.Capacity - Volume.Records} more");
        }
        else
        {
            _messages.WriteLine(
                $"recorder: {Volume.Storage!.Name} has {Volume.Records} records, {Volume.Oldest} to {Volume.Newest}, and is " +
                $"full; the oldest are overwritten");
        }

        if (Volume.UnreadableRecords != 0)
        {
            _messages.WriteLine($"recorder: {Volume.UnreadableRecords} records can't be read");
        }

        if (Volume.BadSlots.Count != 0)
        {
            _messages.WriteLine($"recorder: {Volume.BadSlots.Count} slots can't be written and are passed over");
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
