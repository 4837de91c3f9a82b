using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Threads;
using static Reservoir.Drivers.Ata.AtaRegisters;

namespace Reservoir.Drivers.Ata;

/// <content>Acquiring the channel and releasing it in order: errors, resets, and drives that are gone.</content>
public sealed partial class AtaChannel
{
    private bool IsGone => _ports.AlternateStatus == StatusNothing;

    private BlockStatus Acquire(ThreadContext context)
    {
        switch (_lock.Lock(context))
        {
            case LockResult.Locked:
                break;
            case LockResult.LockedAbandoned:
                _busMaster?.Stop();
                Reset(context);
                _busMaster?.Unpost();
                break;
            case LockResult.Cancelled:
                return BlockStatus.Cancelled;
            default:
                return BlockStatus.NotAllowedHere;
        }

        if (_isLost && !TryRecover(context))
        {
            _lock.Unlock(context);
            return BlockStatus.NoDevice;
        }

        return BlockStatus.Ok;
    }

    /// <summary>Ends a command, done or failed: before the next one begins the drive no longer works on it, and the controller no longer
    /// holds its buffers.</summary>
    private void Release(ThreadContext context, bool isSlave, AtaCommand command, ref BlockStatus result, out AtaError error)
    {
        error = default;
        if (result != BlockStatus.Ok)
        {
            error = ReadError(command, ref result);

            // A drive left in the middle of a command would ignore the next command's registers and take its data for this one's.
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

        if (_busMaster is not null && !_busMaster.Unpost() && result == BlockStatus.Ok)
        {
            result = BlockStatus.BufferRefused;
        }

        _drives[isSlave ? 1 : 0]?.NoteResult(command, result, _isLost);
        _lock.Unlock(context);
    }

    private AtaError ReadError(AtaCommand command, ref BlockStatus result)
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

    /// <summary>Resets a channel whose drives did not answer, if its status says that a drive is there and not busy. Constant time if
    /// not.</summary>
    private bool TryRecover(ThreadContext context)
    {
        if ((_ports.AlternateStatus & StatusBusy) == 0)
        {
            Reset(context);
        }

        return !_isLost;
    }

    /// <summary>
    /// Resets both drives (9.2): the bit stays set for 5 microseconds at least, and for 2 ms after it the status means nothing. A drive may
    /// forget how many blocks it transfers for an interrupt, so it is told again. If it stays busy, requests are refused from then on.
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

            // If this thread's wait is cancelled, the next command finds out whether the drive is back.
            _isLost = pause == WaitResult.TimedOut && (_ports.AlternateStatus & StatusBusy) != 0;
        }
        while (_isLost && !IsGone && _scheduler.Clock.Nanoseconds - begun < ResetTimeout);

        for (int i = 0; i < Drives && !_isLost; i++)
        {
            if (_groups[i] != 0)
            {
                SetMultiple(i == 1, _groups[i]);
            }
        }
    }
}
