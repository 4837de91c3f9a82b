using System;
using Cosmos.Core;
using static Reservoir.Drivers.Ata.AtaRegisters;

namespace Reservoir.Drivers.Ata;

/// <summary>The registers of a channel, as the thread that has the channel reads and writes them.</summary>
/// <remarks>
/// The two drives of a channel share the registers; the selected one answers. An access costs about a microsecond on a real bus and as much
/// in an emulator, so none is made without need: a drive that is selected already is not waited for.
/// </remarks>
internal sealed class AtaPorts
{
    private const int MostPolls = 100_000;
    private const int SettleReads = 4;
    private const int NoDrive = -1;

    private readonly bool _isWide;
    private readonly PortWindow _command;
    private readonly PortWindow _control;
    private int _selected = NoDrive;

    /// <summary>Describes a channel's registers. Boot context.</summary>
    /// <param name="windows">Where they are.</param>
    /// <param name="isWide">Whether the data port takes 32 bits at once, as on every PCI controller.</param>
    public AtaPorts(AtaWindows windows, bool isWide)
    {
        _command = windows.Command;
        _control = windows.Control;
        _isWide = isWide;
    }

    /// <summary>The status; reading it acknowledges the interrupt. Any context.</summary>
    public byte Status => _command.Read8(AtaRegisters.Status);

    /// <summary>The status without an effect.</summary>
    public byte AlternateStatus => _control.Read8(0);

    /// <summary>The error register.</summary>
    public byte Error => _command.Read8(AtaRegisters.Error);

    /// <summary>Whether the drive has answered an identifying command as a packet device does.</summary>
    public bool IsPacketDevice => _command.Read8(LbaMid) == PacketSignatureMid && _command.Read8(LbaHigh) == PacketSignatureHigh;

    /// <summary>Writes the device control register.</summary>
    /// <param name="bits">Reset, no interrupts, or none.</param>
    public void SetControl(byte bits)
    {
        _control.Write8(0, bits);

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
        _command.Write8(Device, (byte)(DeviceLba | (isSlave ? DeviceSlave : 0) | addressBits));
        if (drive == _selected)
        {
            return true;
        }

        _selected = drive;
        Settle();
        return PollUntilNotBusy();
    }

    /// <summary>Sends the selected drive a command.</summary>
    /// <param name="command">The command.</param>
    public void Send(AtaCommand command)
    {
        if (command.IsExtended)
        {
            // Each register is two bytes deep: the upper half of the value goes in first.
            _command.Write8(SectorCount, (byte)(command.Count >> 8));
            _command.Write8(LbaLow, (byte)(command.Block >> 24));
            _command.Write8(LbaMid, (byte)(command.Block >> 32));
            _command.Write8(LbaHigh, (byte)(command.Block >> 40));
        }

        _command.Write8(SectorCount, (byte)command.Count);
        _command.Write8(LbaLow, (byte)command.Block);
        _command.Write8(LbaMid, (byte)(command.Block >> 8));
        _command.Write8(LbaHigh, (byte)(command.Block >> 16));
        _command.Write8(Command, command.Code);
    }

    /// <summary>The block at which the drive has stopped (9.5 to 9.7), as its registers show it.</summary>
    /// <param name="isExtended">Whether the command had the wide form.</param>
    public ulong ReadAddress(bool isExtended)
    {
        ulong address = ReadLowAddress();
        if (!isExtended)
        {
            return address | (ulong)(_command.Read8(Device) & 0xF) << 24;
        }

        SetControl(HighOrderByte);
        address |= ReadLowAddress() << 24;
        SetControl(0);
        return address;
    }

    /// <summary>Reads data that the drive holds ready.</summary>
    /// <param name="data">Where it goes; a multiple of 4 bytes.</param>
    public void ReadData(Span<byte> data)
    {
        if (_isWide)
        {
            _command.ReadMany32(Data, data);
        }
        else
        {
            _command.ReadMany16(Data, data);
        }
    }

    /// <summary>Writes data that the drive asks for.</summary>
    /// <param name="data">The data; a multiple of 4 bytes.</param>
    public void WriteData(ReadOnlySpan<byte> data)
    {
        if (_isWide)
        {
            _command.WriteMany32(Data, data);
        }
        else
        {
            _command.WriteMany16(Data, data);
        }
    }

    /// <summary>The drive has 400 ns to make its status true: reading the alternate status takes 100 ns or more (9.2).</summary>
    public void Settle()
    {
        for (int i = 0; i < SettleReads; i++)
        {
            _control.Read8(0);
        }
    }

    /// <summary>Polls a drive that is about to get ready, without sleeping.</summary>
    /// <returns>False if it stays busy, or no drive answers.</returns>
    public bool PollUntilNotBusy()
    {
        for (int i = 0; i < MostPolls; i++)
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

    private ulong ReadLowAddress() =>
        _command.Read8(LbaLow) | (ulong)_command.Read8(LbaMid) << 8 | (ulong)_command.Read8(LbaHigh) << 16;
}
