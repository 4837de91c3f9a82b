using System;
using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;
using static Reservoir.Drivers.Ata.AtaRegisters;

namespace Reservoir.Drivers.Ata;

/// <summary>
/// An ATA channel: two drives at most, one command at a time, data by bus master (DMA) or through a port (PIO), progress by interrupt.
/// </summary>
/// <remarks>
/// <para>PIO (ATA/ATAPI-6, 9.5 and 9.6). Reading: (1) wait until the drive isn't busy, (2) write the registers, the command last, (3) wait
/// for an interrupt, (4) read the status, (5) read a group of blocks from the data port, (6) from (3) until all are there. Writing: the
/// first group is written as soon as the drive asks for it, each other after an interrupt, and one more interrupt tells that the drive has
/// the last.</para>
/// <para>DMA (9.7): (1) and (2) as above between the steps of <see cref="BusMaster"/>, then one interrupt at the end.</para>
/// <para>The calling thread sleeps meanwhile. The interrupt handler only reads the status, which acknowledges the interrupt, and wakes
/// it.</para>
/// <para>A drive that doesn't answer in time is reset. Every <see cref="PollNanoseconds"/> the waiting thread polls whether the drive has
/// finished without an interrupt, or is gone. After a drive is gone, or doesn't come back from a reset, requests are refused at once until
/// its status says that it is there and not busy. Commands of several threads queue at a mutex; if a thread dies in the middle of a
/// command, the next one finds the mutex abandoned and resets the channel first.</para>
/// </remarks>
public sealed partial class AtaChannel
{
    /// <summary>Bytes in a block.</summary>
    public const int BlockBytes = 512;

    /// <summary>How often a waiting thread polls the drive, in nanoseconds.</summary>
    internal const ulong PollNanoseconds = Clock.NanosecondsPerSecond;

    private const int Drives = 2;

    /// <summary>A drive that has to spin up first takes up to 31 s after a reset (9.2).</summary>
    private const ulong ResetTimeout = 31 * Clock.NanosecondsPerSecond;

    private const ulong ResetPause = 5 * Clock.NanosecondsPerMillisecond;

    private readonly AtaPorts _ports;
    private readonly byte _line;
    private readonly bool _isNative;
    private readonly BusMaster? _busMaster;
    private readonly Scheduler _scheduler;
    private readonly Semaphore _interrupt;
    private readonly Mutex _lock;
    private readonly int[] _groups = new int[Drives];
    private readonly AtaDrive?[] _drives = new AtaDrive?[Drives];
    private volatile byte _status;
    private bool _isLost;

    /// <summary>Describes a channel. Boot context.</summary>
    /// <param name="name">Shown as what a thread waits for.</param>
    /// <param name="place">Its interrupt line.</param>
    /// <param name="windows">Its ports.</param>
    /// <param name="hasController">Whether it belongs to a PCI controller.</param>
    /// <param name="busMaster">Moves data for it; null if there is none.</param>
    /// <param name="scheduler">Its threads wait.</param>
    internal AtaChannel(string name, in AtaPlace place, AtaWindows windows, bool hasController, BusMaster? busMaster, Scheduler scheduler)
    {
        _ports = new AtaPorts(windows, isWide: hasController);
        _line = place.Line;
        _isNative = place.IsNative;
        _busMaster = busMaster;
        _scheduler = scheduler;
        _interrupt = new Semaphore(scheduler, name, 0, 1);
        _lock = new Mutex(scheduler, name);
    }

    /// <summary>Whether it can move data without the processor.</summary>
    internal bool HasBusMaster => _busMaster is not null;

    /// <summary>Whether anything is connected at all.</summary>
    internal bool IsPresent => _ports.Status != StatusNothing;

    /// <summary>Lets the channel interrupt. Boot context, after the drives were identified.</summary>
    /// <param name="bus">Has its interrupt line.</param>
    /// <returns>False if its interrupt line has no room for a handler.</returns>
    [MayAllocate("boot")]
    internal bool EnableInterrupts(DeviceBus bus)
    {
        _busMaster?.Stop();
        _ports.SetControl(0);
        _status = _ports.Status;
        return bus.SetIrqHandler(_line, HandleInterrupt);
    }

    /// <summary>Adds a drive, which is told the result of each of its commands. Boot context.</summary>
    internal void Attach(AtaDrive drive, bool isSlave) => _drives[isSlave ? 1 : 0] = drive;

    /// <summary>Asks a drive what it is, by polling. Boot context.</summary>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="answer">Receives the 512 bytes.</param>
    /// <returns>What kind of drive has answered.</returns>
    internal AtaKind Identify(bool isSlave, Span<byte> answer)
    {
        _ports.SetControl(NoInterrupt);
        bool hasAnswered = SendIdentify(isSlave, IdentifyDevice);
        if (hasAnswered && _ports.IsPacketDevice)
        {
            return SendIdentify(isSlave, IdentifyPacketDevice) && ReadAnswer(answer) ? AtaKind.Packet : AtaKind.None;
        }

        return hasAnswered && ReadAnswer(answer) ? AtaKind.Disk : AtaKind.None;
    }

    /// <summary>Lets the drive transfer several blocks for one interrupt, by polling, also after each reset. Boot context, or a thread that
    /// has the channel.</summary>
    internal bool SetMultiple(bool isSlave, int blocks)
    {
        bool done = _ports.TrySelect(isSlave, 0);
        if (done)
        {
            _ports.Send(AtaCommand.Plain(SetMultipleMode, blocks));
            _ports.Settle();
            done = _ports.PollUntilNotBusy() && (_ports.Status & (StatusError | StatusFault)) == 0;
        }

        _groups[isSlave ? 1 : 0] = done ? blocks : _groups[isSlave ? 1 : 0];
        return done;
    }

    /// <summary>Does one command without data. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="command">What to do.</param>
    /// <param name="timeout">How long it may take, in nanoseconds.</param>
    /// <param name="error">What the drive said, if it failed.</param>
    internal BlockStatus Execute(ThreadContext context, bool isSlave, AtaCommand command, ulong timeout, out AtaError error)
    {
        error = default;
        BlockStatus result = Acquire(context);
        if (result != BlockStatus.Ok)
        {
            return result;
        }

        result = Begin(isSlave, command);
        result = result == BlockStatus.Ok ? WaitForInterrupt(context, isDma: false, timeout) : result;
        Release(context, isSlave, command, ref result, out error);
        return result;
    }

    /// <summary>Moves blocks by the processor. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="command">What to do.</param>
    /// <param name="data">Room for, or the content of, all blocks.</param>
    /// <param name="isWrite">Which way the data goes.</param>
    /// <param name="group">Blocks for each interrupt.</param>
    /// <param name="timeout">How long each group may take, in nanoseconds.</param>
    /// <param name="error">What the drive said, if it failed.</param>
    internal BlockStatus ExecuteProgrammed(ThreadContext context, bool isSlave, AtaCommand command, Span<byte> data, bool isWrite,
        int group, ulong timeout, out AtaError error)
    {
        error = default;
        BlockStatus result = Acquire(context);
        if (result != BlockStatus.Ok)
        {
            return result;
        }

        result = Begin(isSlave, command);
        if (result == BlockStatus.Ok)
        {
            result = isWrite ? WriteBlocks(context, data, group, timeout) : ReadBlocks(context, data, group, timeout);
        }

        Release(context, isSlave, command, ref result, out error);
        return result;
    }

    /// <summary>Moves blocks by the bus master. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="command">What to do.</param>
    /// <param name="pool">The buffers' pool.</param>
    /// <param name="buffers">The buffers; posted until this returns.</param>
    /// <param name="isWrite">Which way the data goes.</param>
    /// <param name="timeout">How long it may take, in nanoseconds.</param>
    /// <param name="error">What the drive said, if it failed.</param>
    internal BlockStatus ExecuteDma(ThreadContext context, bool isSlave, AtaCommand command, BufferPool pool,
        ReadOnlySpan<BufferHandle> buffers, bool isWrite, ulong timeout, out AtaError error)
    {
        error = default;
        BlockStatus result = Acquire(context);
        if (result != BlockStatus.Ok)
        {
            return result;
        }

        if (!_busMaster!.TryPost(pool, buffers, command.Count * BlockBytes))
        {
            _lock.Unlock(context);
            return BlockStatus.BufferRefused;
        }

        _busMaster.Arm(!isWrite);
        result = Begin(isSlave, command);
        if (result == BlockStatus.Ok)
        {
            _busMaster.Start();
            result = WaitForInterrupt(context, isDma: true, timeout);
        }

        bool isMoved = _busMaster.Stop();
        if (result == BlockStatus.Ok && !isMoved)
        {
            result = BlockStatus.TransferError;
        }

        Release(context, isSlave, command, ref result, out error);
        return result;
    }

    /// <summary>Sends an identifying command and polls until it is done.</summary>
    /// <returns>False if no drive answers.</returns>
    private bool SendIdentify(bool isSlave, byte code)
    {
        if (!_ports.TrySelect(isSlave, 0))
        {
            return false;
        }

        _ports.Send(AtaCommand.Plain(code));
        _ports.Settle();
        return _ports.Status != 0 && _ports.PollUntilNotBusy();
    }

    private bool ReadAnswer(Span<byte> answer)
    {
        byte status = _ports.Status;
        if ((status & (StatusError | StatusFault)) != 0 || (status & StatusData) == 0)
        {
            return false;
        }

        _ports.ReadData(answer.Slice(0, BlockBytes));
        return true;
    }
}
