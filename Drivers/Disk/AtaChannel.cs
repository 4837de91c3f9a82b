using System;
using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Devices;
using Reservoir.Threads;
using Reservoir.Time;
using static Reservoir.Drivers.Disk.AtaRegisters;

namespace Reservoir.Drivers.Disk;

/// <summary>
/// An ATA channel: two drives at most, one command at a time, data through a port (PIO), progress by interrupt.
/// </summary>
/// <remarks>
/// <para>The protocol (ATA/ATAPI-6, 9.5 and 9.6). Reading: (1) wait until the drive isn't busy, (2) write the registers, the command last, (3) wait for an
/// interrupt, (4) look at the status, (5) take a group of blocks from the data port, (6) from (3) until all are there. Writing: the first group is
/// given as soon as the drive asks for it, each other after an interrupt, and one more interrupt tells that the last was taken.</para>
/// <para>The calling thread sleeps during (3). The interrupt handler only reads the status, which acknowledges the interrupt, and wakes it. A drive that doesn't answer in
/// time is reset. Commands of several threads queue at a mutex; if a thread dies in the middle of a command, the next one resets the drives.</para>
/// </remarks>
public sealed unsafe class AtaChannel
{
    /// <summary>Bytes in a block.</summary>
    public const int BlockBytes = 512;

    private const ulong CommandPatience = 10 * Clock.NanosecondsPerSecond;
    private const int PollPatience = 100_000;
    private const int ResetPatience = 1_000_000;
    private const int SettleReads = 4;
    private const int ResetHoldWaits = 10;
    private const int ResetQuietWaits = 2_000;
    private const int Drives = 2;

    private readonly int _command;
    private readonly int _control;
    private readonly byte _line;
    private readonly Semaphore _interrupt;
    private readonly Mutex _channel;
    private readonly int[] _groups = new int[Drives];
    private volatile byte _status;

    /// <summary>Describes a channel. Boot context.</summary>
    /// <param name="name">Shown as what a thread waits for.</param>
    /// <param name="command">First port of the command block.</param>
    /// <param name="control">Port of the device control register.</param>
    /// <param name="line">Its interrupt line.</param>
    /// <param name="scheduler">Whose threads wait.</param>
    public AtaChannel(string name, int command, int control, byte line, Scheduler scheduler)
    {
        _command = command;
        _control = control;
        _line = line;
        _interrupt = new Semaphore(scheduler, name, 0, 1);
        _channel = new Mutex(scheduler, name);
    }

    /// <summary>Whether anything is connected at all.</summary>
    internal bool IsPresent => IOPort.Read8(_command + Status) != StatusNothing;

    /// <summary>Lets the channel interrupt. Boot context, after the drives were identified.</summary>
    [MayAllocate("boot")]
    internal void EnableInterrupts()
    {
        IOPort.Write8(_control, 0);
        IOPort.Read8(_command + Status);
        INTs.SetIrqHandler(_line, HandleInterrupt);
    }

    /// <summary>Asks a drive what it is, by polling. Boot context.</summary>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="answer">Receives the 512 bytes.</param>
    /// <returns>False if there is no drive, or it is one that takes packets.</returns>
    internal bool Identify(bool isSlave, Span<byte> answer)
    {
        IOPort.Write8(_control, NoInterrupt);
        Select(isSlave, 0);
        IOPort.Write8(_command + SectorCount, 0);
        IOPort.Write8(_command + LbaLow, 0);
        IOPort.Write8(_command + LbaMid, 0);
        IOPort.Write8(_command + LbaHigh, 0);
        IOPort.Write8(_command + Command, IdentifyDevice);
        Settle();
        if (IOPort.Read8(_command + Status) == 0 || !PollUntilNotBusy() || IsPacketDevice)
        {
            return false;
        }

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

    /// <summary>Does one command, from beginning to end. Thread context.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="isSlave">Which drive.</param>
    /// <param name="command">What to do.</param>
    /// <param name="data">Room for, or the content of, all blocks; empty for a command without data.</param>
    /// <param name="isWrite">Which way the data goes.</param>
    /// <param name="group">Blocks for each interrupt.</param>
    /// <param name="error">What the drive said, if it failed.</param>
    internal BlockStatus Execute(ThreadContext context, bool isSlave, AtaCommand command, Span<byte> data, bool isWrite, int group, out AtaError error)
    {
        error = default;
        LockResult locked = _channel.Lock(context);
        if (locked is not (LockResult.Locked or LockResult.LockedAbandoned))
        {
            return locked == LockResult.Cancelled ? BlockStatus.Cancelled : BlockStatus.NotAllowedHere;
        }

        if (locked == LockResult.LockedAbandoned)
        {
            // Whoever had the channel has died in the middle of a command.
            Reset();
        }

        BlockStatus result = Begin(isSlave, command);
        if (result == BlockStatus.Ok)
        {
            result = isWrite ? GiveBlocks(context, data, group) : TakeBlocks(context, data, group);
        }

        if (result != BlockStatus.Ok)
        {
            error = new AtaError(_status, IOPort.Read8(_command + Error), command.Block);

            // A drive left in the middle of a command would take the next one's registers for nothing and its data for this one's.
            if (result is not (BlockStatus.DeviceError or BlockStatus.DeviceFault) || IsInCommand)
            {
                Reset();
            }
        }

        _channel.Unlock(context);
        return result;
    }

    /// <summary>Whether the drive still works on a command or waits for its data.</summary>
    private bool IsInCommand => (IOPort.Read8(_control) & (StatusBusy | StatusData)) != 0;

    private bool IsPacketDevice => IOPort.Read8(_command + LbaMid) == PacketSignatureMid && IOPort.Read8(_command + LbaHigh) == PacketSignatureHigh;

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

    private BlockStatus TakeBlocks(ThreadContext context, Span<byte> data, int group)
    {
        do
        {
            BlockStatus result = WaitForInterrupt(context);
            if (result != BlockStatus.Ok)
            {
                return result;
            }

            if (data.IsEmpty)
            {
                return BlockStatus.Ok;
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

    private BlockStatus GiveBlocks(ThreadContext context, Span<byte> data, int group)
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
            result = WaitForInterrupt(context);
        }

        return result;
    }

    private BlockStatus WaitForInterrupt(ThreadContext context) => _interrupt.Wait(context, CommandPatience) switch
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
    private void Reset()
    {
        IOPort.Write8(_control, SoftReset);
        Pause(ResetHoldWaits);
        IOPort.Write8(_control, 0);
        Pause(ResetQuietWaits);
        for (int i = 0; i < ResetPatience && (IOPort.Read8(_control) & StatusBusy) != 0; i++)
        {
        }

        for (int i = 0; i < Drives; i++)
        {
            if (_groups[i] != 0)
            {
                SetMultiple(i == 1, _groups[i]);
            }
        }
    }

    /// <summary>Lets time pass, about a microsecond for each.</summary>
    private static void Pause(int waits)
    {
        for (int i = 0; i < waits; i++)
        {
            IOPort.Wait();
        }
    }
}
