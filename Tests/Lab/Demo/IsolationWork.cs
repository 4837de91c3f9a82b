using System;
using Cosmos.Common;
using Cosmos.Core.Runtime;
using Reservoir.Devices;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Demo;

/// <summary>
/// The full workload of each subsystem, what exhausts it, and what it does while it is exhausted. The shell's thread; nothing here makes
/// objects but the work for the arena.
/// </summary>
internal sealed class IsolationWork
{
    private const int Frames = 256;
    private const int Requests = 16;
    private const int Fillings = 8;
    private const int Datagrams = 128;
    private const int BatchFrames = 32;
    private const int RefusedFrames = 64;
    private const ulong Step = Clock.NanosecondsPerMillisecond;
    private const ulong Timeout = 20 * Clock.NanosecondsPerSecond;
    private const ulong ShortWait = 20 * Clock.NanosecondsPerMillisecond;
    private const ulong SendTimeout = Clock.NanosecondsPerSecond;

    /// <summary>For local experiments (IEEE 802, 9.2.3): nobody takes it.</summary>
    private const EtherType Experimental = (EtherType)0x88B5;

    private readonly IsolationParts _parts;
    private readonly NetworkCard _output;
    private readonly PoolHold _hold = new();
    private readonly ScratchLoad _scratch = new();
    private readonly byte[] _frame = new byte[EthernetFrame.MinimumLength];
    private ulong _begun;
    private ulong _acknowledged;

    /// <summary>Brings the parts together. Boot context.</summary>
    public IsolationWork(IsolationParts parts, NetworkCard output)
    {
        _parts = parts;
        _output = output;
        EthernetFrame.WriteHeader(_frame, new MacAddress(0x02_00_00_00_00_DE), parts.Stack.HardwareAddress, Experimental);
    }

    /// <summary>The first of the disk's blocks that may be written.</summary>
    public ulong FirstBlock { get; set; }

    /// <summary>How much a subsystem's full workload is.</summary>
    public static int FullOf(Subsystem work) => work switch
    {
        Subsystem.Receive or Subsystem.Transmit => Frames,
        Subsystem.Disk => Requests,
        Subsystem.Scratch => Fillings,
        _ => Datagrams,
    };

    /// <summary>Does a subsystem's full workload.</summary>
    /// <returns>How much of it was done, and found right.</returns>
    public int Do(ThreadContext context, Subsystem work) => work switch
    {
        Subsystem.Receive => Receive(context),
        Subsystem.Transmit => Transmit(context),
        Subsystem.Disk => UseDisk(context),
        Subsystem.Scratch => UseScratch(),
        _ => OfferDatagrams(context, Datagrams) ? AwaitRecords(context) : 0,
    };

    /// <summary>
    /// Takes all that a subsystem has. Datagrams can't arrive while the network's receive buffers are taken, so then the recorder gets its
    /// datagrams before, and begins to write when <see cref="FinishRecords"/> says so.
    /// </summary>
    /// <returns>Whether nothing is left.</returns>
    public bool Exhaust(ThreadContext context, Subsystem held)
    {
        if (held == Subsystem.Scratch)
        {
            return _scratch.Fill();
        }

        if (held == Subsystem.Receive)
        {
            _parts.Recorder.Pause();
            if (!OfferDatagrams(context, Datagrams))
            {
                return false;
            }
        }

        // Once more: what was on its way has come back by then.
        return _hold.Take(PoolOf(held)) && _parts.Scheduler.Sleep(context, 2 * Step) == WaitResult.TimedOut && _hold.Take(PoolOf(held))
            && PoolOf(held).Free == 0;
    }

    /// <summary>Lets the recorder write the datagrams that it got before the receive buffers were taken.</summary>
    /// <returns>How many it has acknowledged.</returns>
    public int FinishRecords(ThreadContext context)
    {
        _parts.Recorder.Resume();
        return AwaitRecords(context);
    }

    /// <summary>Gives everything back.</summary>
    public void Release(Subsystem held)
    {
        if (held == Subsystem.Scratch)
        {
            _scratch.Empty();
        }
        else
        {
            _hold.Release();
        }
    }

    /// <summary>Asks an exhausted subsystem for something.</summary>
    /// <returns>Whether it has refused or waits, according to its rule.</returns>
    public bool KeepsItsRule(ThreadContext context, Subsystem held)
    {
        switch (held)
        {
            case Subsystem.Receive:
                Begin();
                _parts.Flood.Begin(AnswerService.AnswerPort, RefusedFrames, BatchFrames);
                while (_parts.Flood.IsBusy && Goes(context))
                {
                }

                return _parts.Flood.Dropped == RefusedFrames;
            case Subsystem.Transmit:
                return _output.Send(context, _frame, TransmitChecksums.None, ShortWait) == SendResult.TimedOut;
            case Subsystem.Disk:
                _parts.Disk.Begin(FirstBlock, Requests);
                _parts.Scheduler.Sleep(context, ShortWait);
                return _parts.Disk.Verified == 0 && PoolOf(held).TakeSnapshot().Waiting == 1;
            case Subsystem.Scratch:
                return DiesForAnObject(context);
            default:
                ulong refused = _parts.Service.RefusedPoolEmpty;
                Begin();
                _parts.Flood.Begin(_parts.Service.Port, RefusedFrames, BatchFrames);
                while (_parts.Service.RefusedPoolEmpty - refused != RefusedFrames && Goes(context))
                {
                }

                return _parts.Service.RefusedPoolEmpty - refused == RefusedFrames;
        }
    }

    /// <summary>After the release: what waited goes on, and the full workload is done again.</summary>
    /// <returns>How much of it.</returns>
    public int Recover(ThreadContext context, Subsystem held)
    {
        if (held == Subsystem.Disk)
        {
            return AwaitDisk(context);
        }

        return Do(context, held);
    }

    private BufferPool PoolOf(Subsystem subsystem) => subsystem switch
    {
        Subsystem.Receive => _parts.Protocols.ReceivePool,
        Subsystem.Transmit => _output.TransmitPool,
        Subsystem.Disk => _parts.Recorder.Volume.Storage!.Pool,
        _ => _parts.Service.Pool,
    };

    private int Receive(ThreadContext context)
    {
        ulong answered = _parts.Answers.Answered;
        ulong failed = _parts.Answers.Failed;
        Begin();
        _parts.Flood.Begin(AnswerService.AnswerPort, Frames, BatchFrames);
        while ((_parts.Flood.IsBusy
            || _parts.Answers.Answered + _parts.Answers.Failed - answered - failed + _parts.Flood.Dropped < Frames) && Goes(context))
        {
        }

        return (int)(_parts.Answers.Answered - answered);
    }

    /// <summary>The card has sent a frame when its buffer is back.</summary>
    private int Transmit(ThreadContext context)
    {
        int sent = 0;
        for (int i = 0; i < Frames; i++)
        {
            sent += _output.Send(context, _frame, TransmitChecksums.None, SendTimeout) == SendResult.Sent ? 1 : 0;
        }

        Begin();
        while (_output.TransmitPool.TakeSnapshot().InUse != 0 && Goes(context))
        {
        }

        return sent - _output.TransmitPool.TakeSnapshot().InUse;
    }

    private int UseDisk(ThreadContext context)
    {
        _parts.Disk.Begin(FirstBlock, Requests);
        return AwaitDisk(context);
    }

    private int AwaitDisk(ThreadContext context)
    {
        Begin();
        while (_parts.Disk.IsBusy && Goes(context))
        {
        }

        return (int)_parts.Disk.Verified;
    }

    private int UseScratch()
    {
        int filled = 0;
        for (int i = 0; i < Fillings; i++)
        {
            _scratch.Empty();
            filled += _scratch.Fill() && _scratch.IsIntact() ? 1 : 0;
        }

        _scratch.Empty();
        return filled;
    }

    /// <summary>Sends datagrams to the recorder and waits until it has taken them.</summary>
    private bool OfferDatagrams(ThreadContext context, int count)
    {
        _acknowledged = _parts.Recorder.Acknowledged;
        ulong accepted = _parts.Service.Accepted;
        Begin();
        _parts.Flood.Begin(_parts.Service.Port, count, BatchFrames);
        while (_parts.Service.Accepted - accepted < (ulong)count && Goes(context))
        {
        }

        return _parts.Service.Accepted - accepted == (ulong)count;
    }

    private int AwaitRecords(ThreadContext context)
    {
        Begin();
        while (_parts.Recorder.Acknowledged - _acknowledged < Datagrams && Goes(context))
        {
        }

        return (int)(_parts.Recorder.Acknowledged - _acknowledged);
    }

    private bool DiesForAnObject(ThreadContext context)
    {
        ulong refused = ManagedHeap.RefusedAllocations;
        int restarts = _parts.ScratchThread.Restarts;
        Begin();
        _parts.Scratch.Begin(ManagedHeap.Scratch);
        while (_parts.ScratchThread.Restarts == restarts && Goes(context))
        {
        }

        return ManagedHeap.RefusedAllocations == refused + 1 && _parts.ScratchThread.Restarts == restarts + 1 && _scratch.IsIntact();
    }

    private void Begin() => _begun = _parts.Scheduler.Clock.Nanoseconds;

    /// <summary>Waits a little; false when that has been long enough.</summary>
    private bool Goes(ThreadContext context) =>
        _parts.Scheduler.Sleep(context, Step) == WaitResult.TimedOut && _parts.Scheduler.Clock.Nanoseconds - _begun < Timeout;
}
