using System;
using System.Collections.Generic;
using Reservoir.Drivers.Ata;
using static Reservoir.Drivers.Ata.AtaRegisters;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>
/// An ATA drive made of code, as ATA/ATAPI-6 describes it: registers two bytes deep, the protocols of chapter 9 step by step, errors with
/// the address of the failing block, the signature after a reset.
/// </summary>
/// <remarks>
/// A step that takes a drive time is done by <see cref="Proceed"/>; until then the drive is busy. Breaking the protocol (a command while it
/// is busy, data that it did not ask for) ends the test.
/// </remarks>
internal sealed class FakeAtaDrive
{
    public const byte ErrorAbort = 0x04;
    public const byte ErrorNotFound = 0x10;
    public const byte ErrorUncorrectable = 0x40;
    private const int BlockBytes = FakeAtaMedium.BlockBytes;
    private const int LongestGroup = 16;

    private readonly ushort[] _registers = new ushort[8];
    private readonly byte[] _identity;
    private readonly bool _isPacket;
    private readonly ulong _capacity;
    private Action? _next;
    private byte[] _buffer = [];
    private int _position;
    private ulong _block;
    private int _left;
    private int _group;
    private bool _isWide;
    private bool _isWriting;
    private bool _isInReset;

    public FakeAtaDrive(IdentifyAnswer identity, bool isPacket = false)
    {
        _identity = identity.Bytes.ToArray();
        _isPacket = isPacket;
        _capacity = isPacket ? 0 : identity.Parse().BlockCount;
        SetSignature();
    }

    public FakeAtaMedium Medium { get; } = new();

    public byte Status { get; private set; } = StatusReady;

    public byte Error { get; private set; }

    /// <summary>Whether it holds its interrupt line.</summary>
    public bool Interrupts { get; private set; }

    /// <summary>Commands, with their first block and their count.</summary>
    public List<(byte Code, ulong Block, int Count)> Commands { get; } = new();

    /// <summary>Blocks for an interrupt in the multiple commands; a reset clears it, as many drives do.</summary>
    public int Multiple { get; private set; }

    public int Resets { get; private set; }

    /// <summary>So many interrupts are not raised.</summary>
    public int LostInterrupts { get; set; }

    /// <summary>So many commands are never done.</summary>
    public int HungCommands { get; set; }

    /// <summary>So many commands end with a fault of the device (DF).</summary>
    public int Faults { get; set; }

    /// <summary>So many DMA transfers end with a checksum error of the cable.</summary>
    public int CableErrors { get; set; }

    /// <summary>So many DMA transfers end without an error after half of their data.</summary>
    public int ShortTransfers { get; set; }

    /// <summary>Whether it stays busy after a reset.</summary>
    public bool IsDead { get; set; }

    public bool IsReadyForDma { get; private set; }

    public void WriteRegister(int register, byte value)
    {
        Require((Status & (StatusBusy | StatusData)) == 0, "a register written while the drive is busy");
        _registers[register] = (ushort)(_registers[register] << 8 | value);
    }

    public byte ReadRegister(int register, bool highOrder) =>
        register == AtaRegisters.Error ? Error : (byte)(highOrder ? _registers[register] >> 8 : _registers[register]);

    public void AcknowledgeInterrupt() => Interrupts = false;

    /// <summary>Does the step that takes time.</summary>
    public void Proceed()
    {
        Action? next = _next;
        _next = null;
        next?.Invoke();
    }

    public void BeginReset()
    {
        _next = null;
        _isInReset = true;
        IsReadyForDma = false;
        Interrupts = false;
        Status = StatusBusy;
    }

    public void EndReset()
    {
        if (!_isInReset)
        {
            return;
        }

        _isInReset = false;
        Resets++;
        if (!IsDead)
        {
            _next = () =>
            {
                Status = _isPacket ? (byte)0 : StatusReady;
                Error = 1;
                Multiple = 0;
                SetSignature();
            };
        }
    }

    public void Execute(byte code, byte device)
    {
        Require((Status & (StatusBusy | StatusData)) == 0, "a command while the drive is busy");
        Interrupts = false;
        Error = 0;
        Status = StatusBusy;
        _isWide = code is ReadSectorsExt or ReadMultipleExt or ReadDmaExt or WriteSectorsExt or WriteMultipleExt or WriteDmaExt
            or FlushCacheExt;
        ReadAddress(device);
        Commands.Add((code, _block, _left));
        if (HungCommands > 0)
        {
            HungCommands--;
        }
        else if (Faults > 0)
        {
            Faults--;
            _next = () => End(StatusReady | StatusFault);
        }
        else
        {
            Decode(code);
        }
    }

    public void ReadData(Span<byte> data)
    {
        Require((Status & StatusData) != 0 && !_isWriting && data.Length <= _buffer.Length - _position, "data read that is not there");
        _buffer.AsSpan(_position, data.Length).CopyTo(data);
        _position += data.Length;
        if (_position < _buffer.Length)
        {
            return;
        }

        if (_left == 0)
        {
            Status = StatusReady;
        }
        else
        {
            Status = StatusBusy;
            _next = OfferGroup;
        }
    }

    public void WriteData(ReadOnlySpan<byte> data)
    {
        Require((Status & StatusData) != 0 && _isWriting && data.Length <= _buffer.Length - _position,
            "data written that was not asked for");
        data.CopyTo(_buffer.AsSpan(_position));
        _position += data.Length;
        if (_position == _buffer.Length)
        {
            Status = StatusBusy;
            _next = StoreGroup;
        }
    }

    /// <summary>Moves the data of a DMA command.</summary>
    /// <param name="move">Moves a piece to or from memory; false if the bus master has no room for it.</param>
    public void TransferDma(Func<byte[], bool, bool> move)
    {
        ulong? bad = Medium.Begin(_isWriting ? MediumOperation.Write : MediumOperation.Read, _block, _left);
        int count = ShortTransfers > 0 ? _left / 2 : _left;
        for (; count > 0 && _block != bad; count--, _block++)
        {
            byte[] data = _isWriting ? new byte[BlockBytes] : Medium.Block(_block);
            if (!move(data, _isWriting))
            {
                // The drive still has data to move and waits for the bus master.
                return;
            }

            if (_isWriting)
            {
                data.CopyTo(Medium.Block(_block), 0);
            }
        }

        IsReadyForDma = false;
        ShortTransfers -= ShortTransfers > 0 ? 1 : 0;
        if (CableErrors > 0)
        {
            CableErrors--;
            Fail(ErrorInterfaceCrc | ErrorAbort, _block);
        }
        else if (bad is ulong block)
        {
            Fail(ErrorUncorrectable, block);
        }
        else
        {
            End(StatusReady);
        }
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"ATA: {otherwise}");
        }
    }

    private void Decode(byte code)
    {
        switch (code)
        {
            case IdentifyDevice when !_isPacket:
            case IdentifyPacketDevice when _isPacket:
                _left = 0;
                _next = () => Offer(_identity);
                break;
            case IdentifyDevice:
                _next = () =>
                {
                    SetSignature();
                    Fail(ErrorAbort, null);
                };
                break;
            case SetMultipleMode when (byte)_registers[SectorCount] is byte count && count <= LongestGroup && (count & count - 1) == 0:
                _next = () =>
                {
                    // Drivers poll this command: it takes part in no loss of interrupts.
                    Multiple = count;
                    Status = StatusReady;
                    Interrupts = true;
                };
                break;
            case FlushCache or FlushCacheExt:
                _next = () =>
                {
                    if (Medium.Begin(MediumOperation.Flush, 0, 0) is ulong block)
                    {
                        Fail(ErrorAbort, block);
                    }
                    else
                    {
                        End(StatusReady);
                    }
                };
                break;
            case ReadSectors or ReadSectorsExt:
                BeginTransfer(isWriting: false, group: 1, OfferGroup);
                break;
            case ReadMultiple or ReadMultipleExt when Multiple > 0:
                BeginTransfer(isWriting: false, Multiple, OfferGroup);
                break;
            case WriteSectors or WriteSectorsExt:
                BeginTransfer(isWriting: true, group: 1, () => AskForGroup(interrupt: false));
                break;
            case WriteMultiple or WriteMultipleExt when Multiple > 0:
                BeginTransfer(isWriting: true, Multiple, () => AskForGroup(interrupt: false));
                break;
            case ReadDma or ReadDmaExt:
                BeginTransfer(isWriting: false, group: 0, BeginDma);
                break;
            case WriteDma or WriteDmaExt:
                BeginTransfer(isWriting: true, group: 0, BeginDma);
                break;
            default:
                _next = () => Fail(ErrorAbort, null);
                break;
        }
    }

    private void BeginTransfer(bool isWriting, int group, Action first)
    {
        _isWriting = isWriting;
        _group = group;
        bool isThere = _block < _capacity && (ulong)_left <= _capacity - _block;
        _next = isThere ? first : () => Fail(ErrorNotFound, _block);
    }

    private void BeginDma()
    {
        Status = StatusReady | StatusData;
        IsReadyForDma = true;
    }

    private void OfferGroup()
    {
        int count = Math.Min(_group, _left);
        if (Medium.Begin(MediumOperation.Read, _block, count) is ulong bad)
        {
            Fail(ErrorUncorrectable, bad);
            return;
        }

        byte[] data = new byte[count * BlockBytes];
        for (int i = 0; i < count; i++, _block++)
        {
            Medium.Block(_block).CopyTo(data, i * BlockBytes);
        }

        _left -= count;
        Offer(data);
    }

    private void Offer(byte[] data)
    {
        _isWriting = false;
        _buffer = data;
        _position = 0;
        End(StatusReady | StatusData);
    }

    private void AskForGroup(bool interrupt)
    {
        _buffer = new byte[Math.Min(_group, _left) * BlockBytes];
        _position = 0;
        Status = StatusReady | StatusData;
        if (interrupt)
        {
            End(Status);
        }
    }

    private void StoreGroup()
    {
        int count = _buffer.Length / BlockBytes;
        ulong? bad = Medium.Begin(MediumOperation.Write, _block, count);
        for (int i = 0; i < count && _block != bad; i++, _block++, _left--)
        {
            _buffer.AsSpan(i * BlockBytes, BlockBytes).CopyTo(Medium.Block(_block));
        }

        if (bad is ulong block)
        {
            Fail(ErrorUncorrectable, block);
        }
        else if (_left != 0)
        {
            AskForGroup(interrupt: true);
        }
        else
        {
            End(StatusReady);
        }
    }

    private void Fail(byte error, ulong? block)
    {
        Error = error;
        if (block is ulong address)
        {
            _registers[LbaLow] = (ushort)((byte)address | (byte)(address >> 24) << 8);
            _registers[LbaMid] = (ushort)((byte)(address >> 8) | (byte)(address >> 32) << 8);
            _registers[LbaHigh] = (ushort)((byte)(address >> 16) | (byte)(address >> 40) << 8);
            _registers[Device] = (ushort)(address >> 24 & 0xF);
        }

        End(StatusReady | StatusError);
    }

    /// <summary>Ends a step with an interrupt.</summary>
    private void End(int status)
    {
        Status = (byte)status;
        if (LostInterrupts > 0)
        {
            LostInterrupts--;
            return;
        }

        Interrupts = true;
    }

    /// <summary>A count of 0 means the most.</summary>
    private void ReadAddress(byte device)
    {
        ulong low = Address(register => (byte)register);
        ulong high = _isWide ? Address(register => (byte)(register >> 8)) : device & 0xFu;
        _block = low | high << 24;
        int count = _isWide ? _registers[SectorCount] : (byte)_registers[SectorCount];
        _left = count != 0 ? count : _isWide ? AtaCommand.WideCountLimit : AtaCommand.ShortCountLimit;
        _registers[Device] = (ushort)(device & 0xF);
    }

    private ulong Address(Func<ushort, byte> part) =>
        part(_registers[LbaLow]) + 0x100ul * part(_registers[LbaMid]) + 0x1_0000ul * part(_registers[LbaHigh]);

    private void SetSignature()
    {
        _registers[SectorCount] = 1;
        _registers[LbaLow] = 1;
        _registers[LbaMid] = _isPacket ? PacketSignatureMid : (byte)0;
        _registers[LbaHigh] = _isPacket ? PacketSignatureHigh : (byte)0;
    }
}
