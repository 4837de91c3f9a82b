using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Threads;
using static Reservoir.Drivers.Disk.AtaRegisters;

namespace Reservoir.Drivers.Disk;

/// <content>Taking the channel and leaving it in order: what went wrong, resets, drives that are gone, and mistakes made on
/// purpose.</content>
public sealed partial class AtaChannel
{
    private bool IsGone => _ports.AlternateStatus == StatusNothing;

    /// <summary>Makes the channel misbehave, to show what comes of it. Takes effect with the next command to either drive. Thread
    /// context.</summary>
    /// <param name="fault">How.</param>
    /// <param name="commands">For how many commands; 0 ends it.</param>
    internal void Inject(DeviceFault fault, int commands)
    {
        _faultyCommands = commands;
        _fault = fault;
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

    /// <summary>Ends a command, whatever became of it: the drive is out of it, and the buffers are free of the controller, before the next
    /// one begins.</summary>
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

    /// <summary>
    /// Resets both drives (9.2): the bit stays set for 5 microseconds at least, and for 2 ms after it the status means nothing. A drive may
    /// forget its
    /// group of blocks, so it is told again. If it stays busy the channel is given up.
    /// </summary>
    private void Reset(ThreadContext context)
    {
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
