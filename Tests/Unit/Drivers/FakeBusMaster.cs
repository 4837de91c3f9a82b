using System;
using static Reservoir.Drivers.Ata.BusMasterRegisters;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>
/// A channel's half of a bus master made of code (SFF-8038i): command, status and the address of the descriptor table, which it reads from
/// memory, as the data.
/// </summary>
internal sealed unsafe class FakeBusMaster : FakePorts
{
    private const uint EndOfTable = 0x8000_0000;
    private const uint BoundaryBytes = 64 * 1024;
    private readonly Func<FakeAtaDrive?> _drive;
    private byte _command;
    private byte _status;
    private uint _table;
    private uint _entry;
    private uint _used;

    public FakeBusMaster(Func<FakeAtaDrive?> drive)
    {
        _drive = drive;
    }

    /// <summary>The bits that say what the drives can, as the firmware has set them.</summary>
    public byte Capable { get; set; } = StatusCapable;

    /// <summary>Whether it can serve one channel at a time only.</summary>
    public bool IsSimplex { get; set; }

    /// <summary>So many transfers can't reach memory.</summary>
    public int MemoryErrors { get; set; }

    /// <summary>Descriptors that were used since the last start.</summary>
    public int Descriptors { get; private set; }

    /// <summary>Transfers that were started.</summary>
    public int Starts { get; private set; }

    /// <summary>The drive's interrupt, after its data.</summary>
    public void NoteInterrupt() => _status |= StatusInterrupt;

    public void Proceed()
    {
        if ((_command & CommandStart) == 0 || (_status & StatusActive) == 0 || _drive() is not { IsReadyForDma: true } drive)
        {
            return;
        }

        if (MemoryErrors > 0)
        {
            MemoryErrors--;
            _status = (byte)(_status & ~StatusActive | StatusError);
            return;
        }

        drive.TransferDma(Move);
    }

    public override byte Read8(int offset) => offset switch
    {
        Command => _command,
        Status => (byte)(_status | Capable | (IsSimplex ? StatusSimplex : 0)),
        _ => base.Read8(offset),
    };

    public override void Write8(int offset, byte value)
    {
        switch (offset)
        {
            case Command:
                WriteCommand(value);
                break;
            case Status:
                _status &= (byte)~(value & (StatusInterrupt | StatusError));
                Capable = (byte)(value & StatusCapable);
                break;
            default:
                base.Write8(offset, value);
                break;
        }
    }

    public override void Write32(int offset, uint value)
    {
        if (offset != DescriptorTable)
        {
            base.Write32(offset, value);
        }

        _table = value;
    }

    private void WriteCommand(byte value)
    {
        bool starts = (value & CommandStart) != 0 && (_command & CommandStart) == 0;
        if ((_command & CommandStart) != 0 && ((value ^ _command) & CommandToMemory) != 0)
        {
            throw new InvalidOperationException("bus master: the direction changed during a transfer");
        }

        _command = value;
        if (starts)
        {
            Starts++;
            Descriptors = 1;
            _entry = _table;
            _used = 0;
            _status |= StatusActive;
        }
        else if ((value & CommandStart) == 0)
        {
            _status &= unchecked((byte)~StatusActive);
        }
    }

    private bool Move(byte[] data, bool isWriting)
    {
        if (isWriting != ((_command & CommandToMemory) == 0))
        {
            throw new InvalidOperationException("bus master: its direction is not the drive's");
        }

        for (int moved = 0; moved < data.Length;)
        {
            if ((_status & StatusActive) == 0)
            {
                return false;
            }

            moved += MovePart(data.AsSpan(moved), isWriting);
        }

        return true;
    }

    private int MovePart(Span<byte> data, bool isWriting)
    {
        uint address = *(uint*)(nuint)_entry;
        uint word = *(uint*)(nuint)(_entry + 4);
        uint length = (ushort)word == 0 ? BoundaryBytes : (ushort)word;
        if (((address | length) & 1) != 0 || address / BoundaryBytes != (address + length - 1) / BoundaryBytes)
        {
            throw new InvalidOperationException($"bus master: a descriptor of {length} bytes at {address:X} is odd or crosses 64 KiB");
        }

        int part = (int)Math.Min((uint)data.Length, length - _used);
        var memory = new Span<byte>((void*)(nuint)(address + _used), part);
        if (isWriting)
        {
            memory.CopyTo(data);
        }
        else
        {
            data.Slice(0, part).CopyTo(memory);
        }

        _used += (uint)part;
        if (_used == length)
        {
            Advance(word);
        }

        return part;
    }

    private void Advance(uint word)
    {
        if ((word & EndOfTable) != 0)
        {
            _status &= unchecked((byte)~StatusActive);
            return;
        }

        _entry += 8;
        _used = 0;
        Descriptors++;
    }
}
