using System;
using Cosmos.Core;
using Reservoir.Devices;
using Reservoir.Threads;
using static Reservoir.Drivers.Ata.AtaRegisters;

namespace Reservoir.Drivers.Ata;

/// <content>A command's registers, its data where the processor moves it, and its interrupts.</content>
public sealed partial class AtaChannel
{
    private BlockStatus Begin(bool isSlave, AtaCommand command)
    {
        if (!_ports.TrySelect(isSlave, command.IsExtended ? (byte)0 : (byte)(command.Block >> 24 & 0xF)))
        {
            return IsGone ? BlockStatus.NoDevice : BlockStatus.TimedOut;
        }

        _interrupt.TryWait();
        _ports.Send(command);
        return BlockStatus.Ok;
    }

    private BlockStatus ReadBlocks(ThreadContext context, Span<byte> data, int group, ulong timeout)
    {
        do
        {
            BlockStatus result = WaitForInterrupt(context, isDma: false, timeout);
            if (result != BlockStatus.Ok)
            {
                return result;
            }

            if ((_status & StatusData) == 0)
            {
                return BlockStatus.DeviceError;
            }

            Span<byte> part = data.Slice(0, Math.Min(data.Length, group * BlockBytes));
            _ports.ReadData(part);
            data = data.Slice(part.Length);
        }
        while (!data.IsEmpty);

        return BlockStatus.Ok;
    }

    private BlockStatus WriteBlocks(ThreadContext context, Span<byte> data, int group, ulong timeout)
    {
        _ports.Settle();
        if (!_ports.PollUntilNotBusy())
        {
            return IsGone ? BlockStatus.NoDevice : BlockStatus.TimedOut;
        }

        _status = _ports.Status;
        BlockStatus result = ResultOf(_status);
        while (result == BlockStatus.Ok && !data.IsEmpty)
        {
            if ((_status & StatusData) == 0)
            {
                return BlockStatus.DeviceError;
            }

            Span<byte> part = data.Slice(0, Math.Min(data.Length, group * BlockBytes));
            _ports.WriteData(part);
            data = data.Slice(part.Length);
            result = WaitForInterrupt(context, isDma: false, timeout);
        }

        return result;
    }

    private BlockStatus WaitForInterrupt(ThreadContext context, bool isDma, ulong timeout)
    {
        ulong begun = _scheduler.Clock.Nanoseconds;
        WaitResult result;
        while ((result = _interrupt.Wait(context, PollNanoseconds)) == WaitResult.TimedOut)
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

            if (_scheduler.Clock.Nanoseconds - begun >= timeout)
            {
                return BlockStatus.TimedOut;
            }
        }

        return result switch
        {
            WaitResult.Signalled => ResultOf(_status),
            WaitResult.Cancelled => BlockStatus.Cancelled,
            _ => BlockStatus.NotAllowedHere,
        };
    }

    private static BlockStatus ResultOf(byte status)
    {
        if ((status & StatusFault) != 0)
        {
            return BlockStatus.DeviceFault;
        }

        return (status & StatusError) != 0 ? BlockStatus.DeviceError : BlockStatus.Ok;
    }

    private void HandleInterrupt(ref INTs.IRQContext context)
    {
        // The bus master's bit tells whether this channel has interrupted, and that the data is in memory; it is set without a transfer,
        // too.
        if (_busMaster is not null && (_isNative || _busMaster.IsInUse) && !_busMaster.TakeInterrupt())
        {
            return;
        }

        _status = _ports.Status;
        if ((_status & StatusBusy) == 0)
        {
            _interrupt.Release();
        }
    }
}
