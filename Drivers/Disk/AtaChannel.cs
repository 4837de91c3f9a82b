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
/// <para>The calling thread sleeps meanwhile. The interrupt handler only reads the status, which acknowledges the interrupt, and wakes it. A drive that doesn't answer in
/// time is reset. Commands of several threads queue at a mutex; if a thread dies in the middle of a command, the next one finds the channel abandoned and
/// puts it in order first.</para>
/// </remarks>
public sealed unsafe class AtaChannel
{
    /// <summary>Bytes in a block.</summary>
    public const int BlockBytes = 512;

    private const int PollPatience = 100_000;
    private const int SettleReads = 4;
    private const int Drives = 2;

    /// <summary>A drive that has to spin up first takes up to 31 s after a reset (9.2).</summary>
    private const ulong ResetPatience = 31 * Clock.NanosecondsPerSecond;

    private const ulong ResetPause = 5 * Clock.NanosecondsPerMillisecond;

    private readonly int _command;
    private readonly int _control;
    private readonly byte _line;
    private readonly bool _isNative;
    private readonly BusMaster? _busMaster;
    private readonly Scheduler _scheduler;
    private readonly Semaphore _interrupt;
    private readonly Mutex _lock;
    private readonly int[] _groups = new int[Drives];
    private volatile byte _status;

    /// <summary>Describes a channel. Boot context.</summary>
    /// <param name="name">Shown as what a thread waits for.</param>
    /// <param name="place">Its ports and its interrupt line.</param>
    /// <param name="busMaster">Moves data for it; null if nobody does.</param>
    /// <param name="scheduler">Whose threads wait.</param>
    internal AtaChannel(string name, in AtaPlace place, BusMaster? busMaster, Scheduler scheduler)
    {
        _command = place.Command;
        _control = place.Control;
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
    internal bool IsPresent => IOPort.Read8(_command + Status) != StatusNothing;

    /// <summary>Lets the channel interrupt. Boot context, after the drives were identified.</summary>
    /// <returns>False if its interrupt line can't be had.</returns>
    [MayAllocate("boot")]
    internal bool EnableInterrupts()
    {
        _busMaster?.Stop();
        IOPort.Write8(_control, 0);
        IOPort.Read8(_command + Status);
        return INTs.SetIrqHandler(_line, HandleInterrupt);
    }

    /// <summary>Asks a drive what it is, by polling. Boot context.</summary>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="answer">Receives the 512 bytes.</param>
    /// <returns>What kind of drive has answered.</returns>
    internal AtaKind Identify(bool isSlave, Span<byte> answer)
    {
        IOPort.Write8(_control, NoInterrupt);
        bool hasAnswered = Ask(isSlave, IdentifyDevice);
        if (hasAnswered && IsPacketDevice)
        {
            return Ask(isSlave, IdentifyPacketDevice) && TakeAnswer(answer) ? AtaKind.Packet : AtaKind.None;
        }

        return hasAnswered && TakeAnswer(answer) ? AtaKind.Disk : AtaKind.None;
    }

    /// <summary>Lets the drive transfer several blocks for one interrupt, by polling, also after each reset. Boot context, or a thread that has the channel.</summary>
    internal bool SetMultiple(bool isSlave, int blocks)
    {
        Select(isSlave, 0);
        IOPort.Write8(_command + SectorCount, (byte)blocks);
        IOPort.Write8(_command + Command, SetMultipleMode);
        Settle();
        bool done = PollUntilNotBusy() && (IOPort.Read8(_command + Status) & (StatusError | StatusFault)) == 0;
        if (done)
        {
            _groups[isSlave ? 1 : 0] = blocks;
        }

        return done;
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
        result = result == BlockStatus.Ok ? WaitForInterrupt(context, patience) : result;
        Leave(context, command, ref result, out error);
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

        Leave(context, command, ref result, out error);
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

        _busMaster.Arm(!isWrite);
        result = Begin(isSlave, command);
        if (result == BlockStatus.Ok)
        {
            _busMaster.Start();
            result = WaitForInterrupt(context, patience);
        }

        bool isMoved = _busMaster.Stop();
        if (result == BlockStatus.Ok && !isMoved)
        {
            result = BlockStatus.TransferError;
        }

        Leave(context, command, ref result, out error);
        return result;
    }

    private BlockStatus Enter(ThreadContext context)
    {
        switch (_lock.Lock(context))
        {
            case LockResult.Locked:
                return BlockStatus.Ok;
            case LockResult.LockedAbandoned:
                _busMaster?.Stop();
                Reset(context);
                _busMaster?.LetGo();
                return BlockStatus.Ok;
            case LockResult.Cancelled:
                return BlockStatus.Cancelled;
            default:
                return BlockStatus.NotAllowedHere;
        }
    }

    /// <summary>Ends a command, whatever became of it: the drive is out of it, and the buffers are free of the controller, before the next one begins.</summary>
    private void Leave(ThreadContext context, AtaCommand command, ref BlockStatus result, out AtaError error)
    {
        error = default;
        if (result != BlockStatus.Ok)
        {
            byte code = IOPort.Read8(_command + Error);
            bool isFromDrive = result is BlockStatus.DeviceError or BlockStatus.DeviceFault;
            error = new AtaError(_status, code, isFromDrive ? command.FailedBlock(ReadAddress(command.IsExtended)) : command.Block);
            if (isFromDrive && command.IsDma && (code & ErrorInterfaceCrc) != 0)
            {
                result = BlockStatus.TransferError;
            }

            // A drive left in the middle of a command would take the next one's registers for nothing and its data for this one's.
            if (!isFromDrive || IsInCommand)
            {
                Reset(context);
            }
        }

        if (_busMaster is not null && !_busMaster.LetGo() && result == BlockStatus.Ok)
        {
            result = BlockStatus.BufferRefused;
        }

        _lock.Unlock(context);
    }

    /// <summary>Whether the drive still works on a command or waits for its data.</summary>
    private bool IsInCommand => (IOPort.Read8(_control) & (StatusBusy | StatusData)) != 0;

    private bool IsPacketDevice => IOPort.Read8(_command + LbaMid) == PacketSignatureMid && IOPort.Read8(_command + LbaHigh) == PacketSignatureHigh;

    /// <summary>The block at which the drive has stopped (9.5 to 9.7), as its registers show it.</summary>
    private ulong ReadAddress(bool isExtended)
    {
        ulong address = ReadLowAddress();
        if (!isExtended)
        {
            return address | (ulong)(IOPort.Read8(_command + Device) & 0xF) << 24;
        }

        IOPort.Write8(_control, HighOrderByte);
        address |= ReadLowAddress() << 24;
        IOPort.Write8(_control, 0);
        return address;
    }

    private ulong ReadLowAddress() =>
        IOPort.Read8(_command + LbaLow) | (ulong)IOPort.Read8(_command + LbaMid) << 8 | (ulong)IOPort.Read8(_command + LbaHigh) << 16;

    /// <summary>Gives an identifying command.</summary>
    /// <returns>False if nobody is there.</returns>
    private bool Ask(bool isSlave, byte code)
    {
        Select(isSlave, 0);
        IOPort.Write8(_command + SectorCount, 0);
        IOPort.Write8(_command + LbaLow, 0);
        IOPort.Write8(_command + LbaMid, 0);
        IOPort.Write8(_command + LbaHigh, 0);
        IOPort.Write8(_command + Command, code);
        Settle();
        return IOPort.Read8(_command + Status) != 0 && PollUntilNotBusy();
    }

    private bool TakeAnswer(Span<byte> answer)
    {
        byte status = IOPort.Read8(_command + Status);
        if ((status & (StatusError | StatusFault)) != 0 || (status & StatusData) == 0)
        {
            return false;
        }

        fixed (byte* destination = answer)
        {
            IOPort.ReadMany16(_command + Data, destination, BlockBytes / 2);
        }

        return true;
    }

    private BlockStatus Begin(bool isSlave, AtaCommand command)
    {
        if (!PollUntilNotBusy())
        {
            return BlockStatus.TimedOut;
        }

        Select(isSlave, command.IsExtended ? (byte)0 : (byte)(command.Block >> 24 & 0xF));
        if (!PollUntilNotBusy())
        {
            return BlockStatus.TimedOut;
        }

        _interrupt.TryWait();
        if (command.IsExtended)
        {
            // Each register is two bytes deep: the upper half of the value goes in first.
            IOPort.Write8(_command + SectorCount, (byte)(command.Count >> 8));
            IOPort.Write8(_command + LbaLow, (byte)(command.Block >> 24));
            IOPort.Write8(_command + LbaMid, (byte)(command.Block >> 32));
            IOPort.Write8(_command + LbaHigh, (byte)(command.Block >> 40));
        }

        IOPort.Write8(_command + SectorCount, (byte)command.Count);
        IOPort.Write8(_command + LbaLow, (byte)command.Block);
        IOPort.Write8(_command + LbaMid, (byte)(command.Block >> 8));
        IOPort.Write8(_command + LbaHigh, (byte)(command.Block >> 16));
        IOPort.Write8(_command + Command, command.Code);
        return BlockStatus.Ok;
    }

    private BlockStatus TakeBlocks(ThreadContext context, Span<byte> data, int group, ulong patience)
    {
        do
        {
            BlockStatus result = WaitForInterrupt(context, patience);
            if (result != BlockStatus.Ok)
            {
                return result;
            }

            if ((_status & StatusData) == 0)
            {
                return BlockStatus.DeviceError;
            }

            Span<byte> part = data.Slice(0, Math.Min(data.Length, group * BlockBytes));
            fixed (byte* destination = part)
            {
                IOPort.ReadMany16(_command + Data, destination, part.Length / 2);
            }

            data = data.Slice(part.Length);
        }
        while (!data.IsEmpty);

        return BlockStatus.Ok;
    }

    private BlockStatus GiveBlocks(ThreadContext context, Span<byte> data, int group, ulong patience)
    {
        Settle();
        if (!PollUntilNotBusy())
        {
            return BlockStatus.TimedOut;
        }

        _status = IOPort.Read8(_command + Status);
        BlockStatus result = Judge(_status);
        while (result == BlockStatus.Ok && !data.IsEmpty)
        {
            if ((_status & StatusData) == 0)
            {
                return BlockStatus.DeviceError;
            }

            Span<byte> part = data.Slice(0, Math.Min(data.Length, group * BlockBytes));
            fixed (byte* source = part)
            {
                IOPort.WriteMany16(_command + Data, source, part.Length / 2);
            }

            data = data.Slice(part.Length);
            result = WaitForInterrupt(context, patience);
        }

        return result;
    }

    private BlockStatus WaitForInterrupt(ThreadContext context, ulong patience) => _interrupt.Wait(context, patience) switch
    {
        WaitResult.Signalled => Judge(_status),
        WaitResult.TimedOut => BlockStatus.TimedOut,
        WaitResult.Cancelled => BlockStatus.Cancelled,
        _ => BlockStatus.NotAllowedHere,
    };

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
        if (_busMaster is not null && (_isNative || _busMaster.IsInUse))
        {
            if (!_busMaster.HasInterrupt)
            {
                return;
            }

            _busMaster.ClearInterrupt();
        }

        _status = IOPort.Read8(_command + Status);
        if ((_status & StatusBusy) == 0)
        {
            _interrupt.Release();
        }
    }

    private void Select(bool isSlave, byte addressBits)
    {
        IOPort.Write8(_command + Device, (byte)(DeviceLba | (isSlave ? DeviceSlave : 0) | addressBits));
        Settle();
    }

    /// <summary>The drive has 400 ns to make its status true: reading the alternate status takes 100 ns or more (9.2).</summary>
    private void Settle()
    {
        for (int i = 0; i < SettleReads; i++)
        {
            IOPort.Read8(_control);
        }
    }

    private bool PollUntilNotBusy()
    {
        for (int i = 0; i < PollPatience; i++)
        {
            if ((IOPort.Read8(_control) & StatusBusy) == 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Resets both drives (9.2): the bit stays set for 5 microseconds at least, and for 2 ms after it the status means nothing. A drive may forget its
    /// group of blocks, so it is told again.
    /// </summary>
    private void Reset(ThreadContext context)
    {
        IOPort.Write8(_control, SoftReset);
        _scheduler.Sleep(context, ResetPause);
        IOPort.Write8(_control, 0);
        ulong begun = _scheduler.Clock.Nanoseconds;
        do
        {
            if (_scheduler.Sleep(context, ResetPause) != WaitResult.TimedOut)
            {
                // Called off: the next command finds out whether the drive is back.
                break;
            }
        }
        while ((IOPort.Read8(_control) & StatusBusy) != 0 && _scheduler.Clock.Nanoseconds - begun < ResetPatience);

        for (int i = 0; i < Drives; i++)
        {
            if (_groups[i] != 0)
            {
                SetMultiple(i == 1, _groups[i]);
            }
        }
    }
}
