using System;
using Cosmos.Core;
using static Reservoir.Drivers.Disk.AtaRegisters;

namespace Reservoir.Drivers.Disk;

/// <summary>The registers of a channel, as they are read and written by whoever has the channel.</summary>
/// <remarks>
/// The two drives of a channel share the registers; the selected one answers. An access costs about a microsecond on a real bus and as much
/// in an emulator, so none is made for nothing: a
/// drive that is selected already is not waited for.
/// </remarks>
internal sealed unsafe class AtaPorts
{
    private const int PollPatience = 100_000;
    private const int SettleReads = 4;
    private const int NoDrive = -1;

    /// <summary>A range that no device of a PC answers: what a channel looks like whose drives are gone.</summary>
    private const int NowhereCommand = 0xE0E0;

    private const int NowhereControl = 0xE0EA;

    private readonly bool _isWide;
    private readonly AtaPlace _place;
    private int _command;
    private int _control;
    private int _selected = NoDrive;

    /// <summary>Describes a channel's registers. Boot context.</summary>
    /// <param name="place">Where they are.</param>
    /// <param name="isWide">Whether the data port takes 32 bits at once, as on every PCI controller.</param>
    public AtaPorts(in AtaPlace place, bool isWide)
    {
        _place = place;
        _command = place.Command;
        _control = place.Control;
        _isWide = isWide;
    }

    /// <summary>The status; reading it acknowledges the interrupt. Any context.</summary>
    public byte Status => IOPort.Read8(_command + AtaRegisters.Status);

    /// <summary>The status without an effect.</summary>
    public byte AlternateStatus => IOPort.Read8(_control);

    /// <summary>The error register.</summary>
    public byte Error => IOPort.Read8(_command + AtaRegisters.Error);

    /// <summary>Whether the drive has answered an identifying command as a packet device does.</summary>
    public bool IsPacketDevice =>
        IOPort.Read8(_command + LbaMid) == PacketSignatureMid && IOPort.Read8(_command + LbaHigh) == PacketSignatureHigh;

    /// <summary>Writes the device control register.</summary>
    /// <param name="bits">Reset, no interrupts, or none.</param>
    public void SetControl(byte bits)
    {
        IOPort.Write8(_control, bits);

        // A reset selects the first drive.
        _selected = (bits & SoftReset) != 0 ? NoDrive : _selected;
    }

    /// <summary>Makes a drive the one that answers.</summary>
    /// <param name="isSlave">Which.</param>
    /// <param name="addressBits">Bits 24-27 of a short address.</param>
    /// <returns>False if the channel stays busy.</returns>
    public bool TrySelect(bool isSlave, byte addressBits)
    {
        if (!PollUntilNotBusy())
        {
            return false;
        }

        int drive = isSlave ? 1 : 0;
        IOPort.Write8(_command + Device, (byte)(DeviceLba | (isSlave ? DeviceSlave : 0) | addressBits));
        if (drive == _selected)
        {
            return true;
        }

        _selected = drive;
        Settle();
        return PollUntilNotBusy();
    }

    /// <summary>Gives the selected drive a command.</summary>
    /// <param name="command">The command.</param>
    public void Give(AtaCommand command)
    {
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
    }

    /// <summary>The block at which the drive has stopped (9.5 to 9.7), as its registers show it.</summary>
    /// <param name="isExtended">Whether the command had the wide form.</param>
    public ulong ReadAddress(bool isExtended)
    {
        ulong address = ReadLowAddress();
        if (!isExtended)
        {
            return address | (ulong)(IOPort.Read8(_command + Device) & 0xF) << 24;
        }

        SetControl(HighOrderByte);
        address |= ReadLowAddress() << 24;
        SetControl(0);
        return address;
    }

    /// <summary>Takes data that the drive holds ready.</summary>
    /// <param name="data">Where it goes; a multiple of 4 bytes.</param>
    public void Take(Span<byte> data)
    {
        fixed (byte* destination = data)
        {
            if (_isWide)
            {
                IOPort.ReadMany32(_command + Data, destination, data.Length / sizeof(uint));
            }
            else
            {
                IOPort.ReadMany16(_command + Data, destination, data.Length / sizeof(ushort));
            }
        }
    }

    /// <summary>Gives data that the drive asks for.</summary>
    /// <param name="data">The data; a multiple of 4 bytes.</param>
    public void Give(ReadOnlySpan<byte> data)
    {
        fixed (byte* source = data)
        {
            if (_isWide)
            {
                IOPort.WriteMany32(_command + Data, source, data.Length / sizeof(uint));
            }
            else
            {
                IOPort.WriteMany16(_command + Data, source, data.Length / sizeof(ushort));
            }
        }
    }

    /// <summary>The drive has 400 ns to make its status true: reading the alternate status takes 100 ns or more (9.2).</summary>
    public void Settle()
    {
        for (int i = 0; i < SettleReads; i++)
        {
            IOPort.Read8(_control);
        }
    }

    /// <summary>Waits for a drive that is on the point of getting ready, without sleeping.</summary>
    /// <returns>False if it stays busy, or nobody answers.</returns>
    public bool PollUntilNotBusy()
    {
        for (int i = 0; i < PollPatience; i++)
        {
            byte status = AlternateStatus;
            if ((status & StatusBusy) == 0)
            {
                return true;
            }

            if (status == StatusNothing)
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>For tests: takes the drives away, or puts them back.</summary>
    /// <param name="isThere">Whether they are to answer.</param>
    public void SetPresence(bool isThere)
    {
        _command = isThere ? _place.Command : NowhereCommand;
        _control = isThere ? _place.Control : NowhereControl;
        _selected = NoDrive;
    }

    private ulong ReadLowAddress() =>
        IOPort.Read8(_command + LbaLow) | (ulong)IOPort.Read8(_command + LbaMid) << 8 | (ulong)IOPort.Read8(_command + LbaHigh) << 16;
}
