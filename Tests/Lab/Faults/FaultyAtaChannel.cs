using System;
using System.Runtime.InteropServices;
using Cosmos.Core;
using Reservoir.Drivers.Ata;
using Reservoir.Memory;

namespace Reservoir.Lab.Faults;

/// <summary>Stands between an ATA driver and a channel's registers, and makes the channel misbehave on demand, for so many
/// commands.</summary>
/// <remarks>
/// <para><see cref="DiskFault.Silent"/>: interrupts are switched off in the device control register just before the command is written.
/// Commands that a driver polls (the identifying ones and SET MULTIPLE MODE) are not counted.</para>
/// <para><see cref="DiskFault.ShortTransfer"/>: the last descriptor of the bus master's table is halved just before the transfer starts, so
/// that the table ends before the data does.</para>
/// <para><see cref="DiskFault.Gone"/>: every register reads as all ones and writes are lost. Without commands to count, it counts reads of
/// the alternate status: a refused request takes one or two.</para>
/// <para>Thread context; the interrupt handler only passes through.</para>
/// </remarks>
public sealed class FaultyAtaChannel
{
    private const int CommandRegister = 7;
    private const byte NoInterrupt = 0x02;
    private const byte SetMultipleMode = 0xC6;
    private const byte IdentifyDevice = 0xEC;
    private const byte IdentifyPacketDevice = 0xA1;
    private const int BusMasterCommand = 0;
    private const int DescriptorTable = 4;
    private const byte BusMasterStart = 0x01;
    private const uint EndOfTable = 0x8000_0000;
    private const byte Nothing = 0xFF;
    private const int TableBytes = MemoryManager.PageBytes / 2;

    private readonly PortWindow _control;
    private DiskFault _fault;
    private int _left;
    private uint _table;

    /// <summary>Wraps a channel. Boot context.</summary>
    /// <param name="windows">The channel's registers.</param>
    public FaultyAtaChannel(AtaWindows windows)
    {
        _control = windows.Control;
        PortWindow? busMaster = windows.BusMaster is null ? null : new BusMasterPorts(this, windows.BusMaster);
        Windows = new AtaWindows(new CommandPorts(this, windows.Command), new ControlPorts(this, windows.Control), busMaster);
    }

    /// <summary>The windows for the driver.</summary>
    public AtaWindows Windows { get; }

    private bool IsGone => _fault == DiskFault.Gone;

    /// <summary>Makes the channel misbehave from the next command on. Thread context.</summary>
    /// <param name="fault">How.</param>
    /// <param name="commands">For how many commands; 0 ends it.</param>
    public void Inject(DiskFault fault, int commands)
    {
        _left = commands;
        _fault = commands > 0 ? fault : DiskFault.None;
    }

    /// <summary>Counts a command if it is to go wrong in this way.</summary>
    private bool TakeFault(DiskFault fault)
    {
        if (_fault != fault)
        {
            return false;
        }

        _fault = --_left == 0 ? DiskFault.None : _fault;
        return true;
    }

    private void NoteCommand(byte code)
    {
        bool isPolled = code is SetMultipleMode or IdentifyDevice or IdentifyPacketDevice;
        if (!isPolled && TakeFault(DiskFault.Silent))
        {
            _control.Write8(0, NoInterrupt);
        }
    }

    private void HalveLastDescriptor()
    {
        Span<uint> words = MemoryMarshal.Cast<byte, uint>(new Region(_table, TableBytes).AsSpan());
        int last = 1;
        while (last + 2 < words.Length && (words[last] & EndOfTable) == 0)
        {
            last += 2;
        }

        // A length of 0 means 64 KiB.
        int bytes = (ushort)(words[last] - 1) + 1;
        words[last] = EndOfTable | (uint)(bytes / 2 & ~1);
    }

    private sealed class CommandPorts(FaultyAtaChannel channel, PortWindow inner) : WrappedPorts(inner)
    {
        public override byte Read8(int offset) => channel.IsGone ? Nothing : Inner.Read8(offset);

        public override void Write8(int offset, byte value)
        {
            if (channel.IsGone)
            {
                return;
            }

            if (offset == CommandRegister)
            {
                channel.NoteCommand(value);
            }

            Inner.Write8(offset, value);
        }

        public override void ReadMany16(int offset, Span<byte> destination)
        {
            if (channel.IsGone)
            {
                destination.Fill(Nothing);
            }
            else
            {
                Inner.ReadMany16(offset, destination);
            }
        }

        public override void ReadMany32(int offset, Span<byte> destination)
        {
            if (channel.IsGone)
            {
                destination.Fill(Nothing);
            }
            else
            {
                Inner.ReadMany32(offset, destination);
            }
        }

        public override void WriteMany16(int offset, ReadOnlySpan<byte> source)
        {
            if (!channel.IsGone)
            {
                Inner.WriteMany16(offset, source);
            }
        }

        public override void WriteMany32(int offset, ReadOnlySpan<byte> source)
        {
            if (!channel.IsGone)
            {
                Inner.WriteMany32(offset, source);
            }
        }
    }

    private sealed class ControlPorts(FaultyAtaChannel channel, PortWindow inner) : WrappedPorts(inner)
    {
        public override byte Read8(int offset) => channel.TakeFault(DiskFault.Gone) ? Nothing : Inner.Read8(offset);

        public override void Write8(int offset, byte value)
        {
            if (!channel.IsGone)
            {
                Inner.Write8(offset, value);
            }
        }
    }

    private sealed class BusMasterPorts(FaultyAtaChannel channel, PortWindow inner) : WrappedPorts(inner)
    {
        public override void Write8(int offset, byte value)
        {
            if (offset == BusMasterCommand && (value & BusMasterStart) != 0 && channel.TakeFault(DiskFault.ShortTransfer))
            {
                channel.HalveLastDescriptor();
            }

            Inner.Write8(offset, value);
        }

        public override void Write32(int offset, uint value)
        {
            if (offset == DescriptorTable)
            {
                channel._table = value;
            }

            Inner.Write32(offset, value);
        }
    }
}
