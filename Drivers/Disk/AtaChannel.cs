using System;
using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;
using static Reservoir.Drivers.Disk.AtaRegisters;

namespace Reservoir.Drivers.Disk;

/// <summary>
/// An ATA channel: two drives at most, one command at a time, data by bus master (DMA) or through a port (PIO), progress by interrupt.
/// </summary>
/// <remarks>
/// <para>PIO (ATA/ATAPI-6, 9.5 and 9.6). Reading: (1) wait until the drive isn't busy, (2) write the registers, the command last, (3) wait for an
/// interrupt, (4) look at the status, (5) take a group of blocks from the data port, (6) from (3) until all are there. Writing: the first group is
/// given as soon as the drive asks for it, each other after an interrupt, and one more interrupt tells that the last was taken.</para>
/// <para>DMA (9.7): (1) and (2) as above between the steps of <see cref="BusMaster"/>, then one interrupt at the end.</para>
/// <para>The calling thread sleeps meanwhile. The interrupt handler only reads the status, which acknowledges the interrupt, and wakes it. If the last command was answered within
/// <see cref="LingerNanoseconds"/>, the thread stays awake for that long first, with interrupts enabled: two switches and a halt would take longer than the drive. So a fast drive holds up less important
/// threads by that much for each interrupt at most, and a slow one doesn't.</para>
/// <para>A drive that doesn't answer in time is reset. Every <see cref="GlanceNanoseconds"/> the waiting thread looks whether the drive has finished without an interrupt, or is gone. A drive that is gone, or
/// doesn't come back from a reset, is refused at once from then on, until its registers look alive again. Commands of several threads queue at a mutex; if a thread dies in the middle
/// of a command, the next one finds the channel abandoned and puts it in order first.</para>
/// </remarks>
public sealed class AtaChannel
{
    /// <summary>Bytes in a block.</summary>
    public const int BlockBytes = 512;

    /// <summary>How long a thread stays awake for a drive that has been fast, in nanoseconds.</summary>
    internal const ulong LingerNanoseconds = 100_000;

    /// <summary>How often a waiting thread looks at the drive itself, in nanoseconds.</summary>
    internal const ulong GlanceNanoseconds = Clock.NanosecondsPerSecond;

    private const int Drives = 2;

    /// <summary>A drive that has to spin up first takes up to 31 s after a reset (9.2).</summary>
    private const ulong ResetPatience = 31 * Clock.NanosecondsPerSecond;

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
    private ulong _answeredAt;
    private bool _isQuick;
    private bool _isLost;
    private DeviceFault _fault;
    private int _faultyCommands;

    /// <summary>Describes a channel. Boot context.</summary>
    /// <param name="name">Shown as what a thread waits for.</param>
    /// <param name="place">Its ports and its interrupt line.</param>
    /// <param name="hasController">Whether it belongs to a PCI controller.</param>
    /// <param name="busMaster">Moves data for it; null if nobody does.</param>
    /// <param name="scheduler">Whose threads wait.</param>
    internal AtaChannel(string name, in AtaPlace place, bool hasController, BusMaster? busMaster, Scheduler scheduler)
    {
        _ports = new AtaPorts(in place, isWide: hasController);
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

    private bool IsGone => _ports.AlternateStatus == StatusNothing;

    /// <summary>Lets the channel interrupt. Boot context, after the drives were identified.</summary>
    /// <returns>False if its interrupt line can't be had.</returns>
    [MayAllocate("boot")]
    internal bool EnableInterrupts()
    {
        _busMaster?.Stop();
        _ports.SetControl(0);
        _status = _ports.Status;
        return INTs.SetIrqHandler(_line, HandleInterrupt);
    }

    /// <summary>Tells a drive's owner what becomes of its commands. Boot context.</summary>
    internal void Attach(AtaDrive drive, bool isSlave) => _drives[isSlave ? 1 : 0] = drive;

    /// <summary>Asks a drive what it is, by polling. Boot context.</summary>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="answer">Receives the 512 bytes.</param>
    /// <returns>What kind of drive has answered.</returns>
    internal AtaKind Identify(bool isSlave, Span<byte> answer)
    {
        _ports.SetControl(NoInterrupt);
        bool hasAnswered = Ask(isSlave, IdentifyDevice);
        if (hasAnswered && _ports.IsPacketDevice)
        {
            return Ask(isSlave, IdentifyPacketDevice) && TakeAnswer(answer) ? AtaKind.Packet : AtaKind.None;
        }

        return hasAnswered && TakeAnswer(answer) ? AtaKind.Disk : AtaKind.None;
    }

    /// <summary>Lets the drive transfer several blocks for one interrupt, by polling, also after each reset. Boot context, or a thread that has the channel.</summary>
    internal bool SetMultiple(bool isSlave, int blocks)
    {
        bool done = _ports.TrySelect(isSlave, 0);
        if (done)
        {
            _ports.Give(AtaCommand.Plain(SetMultipleMode, blocks));
            _ports.Settle();
            done = _ports.PollUntilNotBusy() && (_ports.Status & (StatusError | StatusFault)) == 0;
        }

        _groups[isSlave ? 1 : 0] = done ? blocks : _groups[isSlave ? 1 : 0];
        return done;
    }

    /// <summary>Makes the channel misbehave, to show what comes of it. Takes effect with the next command to either drive. Thread context.</summary>
    /// <param name="fault">How.</param>
    /// <param name="commands">For how many commands; 0 ends it.</param>
    internal void Inject(DeviceFault fault, int commands)
    {
        _faultyCommands = commands;
        _fault = fault;
    }

    /// <summary>Does one command without data. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="command">What to do.</param>
    /// <param name="patience">How long it may take, in nanoseconds.</param>
    /// <param name="error">What the drive said, if it failed.</param>
    internal BlockStatus Execute(ThreadContext context, bool isSlave, AtaCommand command, ulong patience, out AtaError error)
    {
        error = default;
        BlockStatus result = Enter(context);
        if (result != BlockStatus.Ok)
        {
            return result;
        }

        result = Begin(isSlave, command);
        result = result == BlockStatus.Ok ? WaitForInterrupt(context, isDma: false, patience) : result;
        Leave(context, isSlave, command, ref result, out error);
        return result;
    }

    /// <summary>Moves blocks by the processor. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="command">What to do.</param>
    /// <param name="data">Room for, or the content of, all blocks.</param>
    /// <param name="isWrite">Which way the data goes.</param>
    /// <param name="group">Blocks for each interrupt.</param>
    /// <param name="patience">How long each group may take, in nanoseconds.</param>
    /// <param name="error">What the drive said, if it failed.</param>
    internal BlockStatus ExecuteProgrammed(ThreadContext context, bool isSlave, AtaCommand command, Span<byte> data, bool isWrite, int group, ulong patience, out AtaError error)
    {
        error = default;
        BlockStatus result = Enter(context);
        if (result != BlockStatus.Ok)
        {
            return result;
        }

        result = Begin(isSlave, command);
        if (result == BlockStatus.Ok)
        {
            result = isWrite ? GiveBlocks(context, data, group, patience) : TakeBlocks(context, data, group, patience);
        }

        Leave(context, isSlave, command, ref result, out error);
        return result;
    }

    /// <summary>Moves blocks by the bus master. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="command">What to do.</param>
    /// <param name="pool">Whose buffers they are.</param>
    /// <param name="buffers">The buffers; posted until this returns.</param>
    /// <param name="isWrite">Which way the data goes.</param>
    /// <param name="patience">How long it may take, in nanoseconds.</param>
    /// <param name="error">What the drive said, if it failed.</param>
    internal BlockStatus ExecuteDma(ThreadContext context, bool isSlave, AtaCommand command, BufferPool pool, ReadOnlySpan<BufferHandle> buffers, bool isWrite, ulong patience, out AtaError error)
    {
        error = default;
        BlockStatus result = Enter(context);
        if (result != BlockStatus.Ok)
        {
            return result;
        }

        if (!_busMaster!.TryTake(pool, buffers, command.Count * BlockBytes))
        {
            _lock.Unlock(context);
            return BlockStatus.BufferRefused;
        }

        if (_fault == DeviceFault.ShortTransfer && TakeFault())
        {
            _busMaster.Shorten();
        }

        _busMaster.Arm(!isWrite);
        result = Begin(isSlave, command);
        if (result == BlockStatus.Ok)
        {
            _busMaster.Start();
            result = WaitForInterrupt(context, isDma: true, patience);
        }

        bool isMoved = _busMaster.Stop();
        if (result == BlockStatus.Ok && !isMoved)
        {
            result = BlockStatus.TransferError;
        }

        Leave(context, isSlave, command, ref result, out error);
        return result;
    }

    private BlockStatus Enter(ThreadContext context)
    {
        switch (_lock.Lock(context))
        {
            case LockResult.Locked:
                break;
            case LockResult.LockedAbandoned:
                _busMaster?.Stop();
                Reset(context);
                _busMaster?.LetGo();
                break;
            case LockResult.Cancelled:
                return BlockStatus.Cancelled;
            default:
                return BlockStatus.NotAllowedHere;
        }

        if (_fault == DeviceFault.Gone)
        {
            _ports.SetPresence(!TakeFault());
        }

        if (_isLost && !TryFindAgain(context))
        {
            _lock.Unlock(context);
            return BlockStatus.NoDevice;
        }

        return BlockStatus.Ok;
    }

    /// <summary>Ends a command, whatever became of it: the drive is out of it, and the buffers are free of the controller, before the next one begins.</summary>
    private void Leave(ThreadContext context, bool isSlave, AtaCommand command, ref BlockStatus result, out AtaError error)
    {
        error = default;
        if (result != BlockStatus.Ok)
        {
            error = Examine(command, ref result);

            // A drive left in the middle of a command would take the next one's registers for nothing and its data for this one's.
            bool isFromDrive = result is BlockStatus.DeviceError or BlockStatus.DeviceFault;
            if (result == BlockStatus.NoDevice)
            {
                _isLost = true;
            }
            else if (!isFromDrive || IsInCommand)
            {
                Reset(context);
            }
        }

        if (_busMaster is not null && !_busMaster.LetGo() && result == BlockStatus.Ok)
        {
            result = BlockStatus.BufferRefused;
        }

        _drives[isSlave ? 1 : 0]?.Note(command, result, _isLost);
        _lock.Unlock(context);
    }

    private AtaError Examine(AtaCommand command, ref BlockStatus result)
    {
        byte code = _ports.Error;
        bool isFromDrive = result is BlockStatus.DeviceError or BlockStatus.DeviceFault;
        var error = new AtaError(_status, code, isFromDrive ? command.FailedBlock(_ports.ReadAddress(command.IsExtended)) : command.Block);
        if (isFromDrive && command.IsDma && (code & ErrorInterfaceCrc) != 0)
        {
            result = BlockStatus.TransferError;
        }

        return error;
    }

    /// <summary>Whether the drive still works on a command or waits for its data.</summary>
    private bool IsInCommand => (_ports.AlternateStatus & (StatusBusy | StatusData)) != 0;

    /// <summary>Puts a channel in order that was given up, if its registers look alive. Constant time if they don't.</summary>
    private bool TryFindAgain(ThreadContext context)
    {
        if ((_ports.AlternateStatus & StatusBusy) == 0)
        {
            Reset(context);
        }

        return !_isLost;
    }

    /// <summary>Counts a command that is to go wrong.</summary>
    /// <returns>False if there were enough.</returns>
    private bool TakeFault()
    {
        _fault = _faultyCommands <= 0 ? DeviceFault.None : _fault;
        return _faultyCommands-- > 0;
    }

    /// <summary>Gives an identifying command.</summary>
    /// <returns>False if nobody is there.</returns>
    private bool Ask(bool isSlave, byte code)
    {
        if (!_ports.TrySelect(isSlave, 0))
        {
            return false;
        }

        _ports.Give(AtaCommand.Plain(code));
        _ports.Settle();
        return _ports.Status != 0 && _ports.PollUntilNotBusy();
    }

    private bool TakeAnswer(Span<byte> answer)
    {
        byte status = _ports.Status;
        if ((status & (StatusError | StatusFault)) != 0 || (status & StatusData) == 0)
        {
            return false;
        }

        _ports.Take(answer.Slice(0, BlockBytes));
        return true;
    }

    private BlockStatus Begin(bool isSlave, AtaCommand command)
    {
        if (!_ports.TrySelect(isSlave, command.IsExtended ? (byte)0 : (byte)(command.Block >> 24 & 0xF)))
        {
            return IsGone ? BlockStatus.NoDevice : BlockStatus.TimedOut;
        }

        if (_fault == DeviceFault.Silent && TakeFault())
        {
            _ports.SetControl(NoInterrupt);
        }

        _interrupt.TryWait();
        _ports.Give(command);
        return BlockStatus.Ok;
    }

    private BlockStatus TakeBlocks(ThreadContext context, Span<byte> data, int group, ulong patience)
    {
        do
        {
            BlockStatus result = WaitForInterrupt(context, isDma: false, patience);
            if (result != BlockStatus.Ok)
            {
                return result;
            }

            if ((_status & StatusData) == 0)
            {
                return BlockStatus.DeviceError;
            }

            Span<byte> part = data.Slice(0, Math.Min(data.Length, group * BlockBytes));
            _ports.Take(part);
            data = data.Slice(part.Length);
        }
        while (!data.IsEmpty);

        return BlockStatus.Ok;
    }

    private BlockStatus GiveBlocks(ThreadContext context, Span<byte> data, int group, ulong patience)
    {
        _ports.Settle();
        if (!_ports.PollUntilNotBusy())
        {
            return IsGone ? BlockStatus.NoDevice : BlockStatus.TimedOut;
        }

        _status = _ports.Status;
        BlockStatus result = Judge(_status);
        while (result == BlockStatus.Ok && !data.IsEmpty)
        {
            if ((_status & StatusData) == 0)
            {
                return BlockStatus.DeviceError;
            }

            Span<byte> part = data.Slice(0, Math.Min(data.Length, group * BlockBytes));
            _ports.Give(part);
            data = data.Slice(part.Length);
            result = WaitForInterrupt(context, isDma: false, patience);
        }

        return result;
    }

    private BlockStatus WaitForInterrupt(ThreadContext context, bool isDma, ulong patience)
    {
        ulong begun = _scheduler.Clock.Nanoseconds;
        while (_isQuick && _interrupt.Count == 0 && _scheduler.Clock.Nanoseconds - begun < LingerNanoseconds)
        {
        }

        WaitResult result;
        while ((result = _interrupt.Wait(context, GlanceNanoseconds)) == WaitResult.TimedOut)
        {
            byte status = _ports.AlternateStatus;
            if (status == StatusNothing)
            {
                return BlockStatus.NoDevice;
            }

            // While the bus master works the drive may show that it has data instead of that it is busy.
            bool isDone = (status & (isDma ? StatusBusy | StatusData : StatusBusy)) == 0;
            if (isDone && _interrupt.Count == 0)
            {
                return BlockStatus.InterruptLost;
            }

            if (_scheduler.Clock.Nanoseconds - begun >= patience)
            {
                return BlockStatus.TimedOut;
            }
        }

        // It may have answered before it was waited for.
        _isQuick = (long)(_answeredAt - begun) < (long)LingerNanoseconds;
        return result switch
        {
            WaitResult.Signalled => Judge(_status),
            WaitResult.Cancelled => BlockStatus.Cancelled,
            _ => BlockStatus.NotAllowedHere,
        };
    }

    private static BlockStatus Judge(byte status)
    {
        if ((status & StatusFault) != 0)
        {
            return BlockStatus.DeviceFault;
        }

        return (status & StatusError) != 0 ? BlockStatus.DeviceError : BlockStatus.Ok;
    }

    private void HandleInterrupt(ref INTs.IRQContext context)
    {
        // The bus master tells for certain whose interrupt it is, and that the data has arrived; it does so without a transfer, too.
        if (_busMaster is not null && (_isNative || _busMaster.IsInUse) && !_busMaster.TakeInterrupt())
        {
            return;
        }

        _status = _ports.Status;
        if ((_status & StatusBusy) == 0)
        {
            _answeredAt = _scheduler.Clock.Nanoseconds;
            _interrupt.Release();
        }
    }

    /// <summary>
    /// Resets both drives (9.2): the bit stays set for 5 microseconds at least, and for 2 ms after it the status means nothing. A drive may forget its
    /// group of blocks, so it is told again. If it stays busy the channel is given up.
    /// </summary>
    private void Reset(ThreadContext context)
    {
        _isQuick = false;
        _ports.SetControl(SoftReset);
        _scheduler.Sleep(context, ResetPause);
        _ports.SetControl(0);
        ulong begun = _scheduler.Clock.Nanoseconds;
        do
        {
            WaitResult pause = _scheduler.Sleep(context, ResetPause);

            // If this thread's waiting is called off, the next command finds out whether the drive is back.
            _isLost = pause == WaitResult.TimedOut && (_ports.AlternateStatus & StatusBusy) != 0;
        }
        while (_isLost && !IsGone && _scheduler.Clock.Nanoseconds - begun < ResetPatience);

        for (int i = 0; i < Drives && !_isLost; i++)
        {
            if (_groups[i] != 0)
            {
                SetMultiple(i == 1, _groups[i]);
            }
        }
    }
}
