using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>PCI configuration mechanism 1 (PCI 3.0, 3.2.2.3.2) made of code: an address port, a data port, and functions of 256
/// bytes.</summary>
internal sealed class FakePciConfiguration : FakePorts
{
    public const int HeaderType = 0x0E;
    public const int SecondaryBus = 0x19;
    private const uint EnableBit = 0x8000_0000;
    private const int Data = 4;
    private const int FirstBar = 0x10;
    private readonly Dictionary<uint, byte[]> _functions = new();
    private uint _address;

    /// <summary>Vendors that were asked for where nothing is: how much was scanned.</summary>
    public int Missed { get; private set; }

    public byte[] Add(uint bus, uint slot, uint function, ushort vendor, ushort device, byte classCode = 0, byte subclass = 0)
    {
        var space = new byte[256];
        BinaryPrimitives.WriteUInt16LittleEndian(space, vendor);
        BinaryPrimitives.WriteUInt16LittleEndian(space.AsSpan(2), device);
        space[0x0A] = subclass;
        space[0x0B] = classCode;
        _functions[bus << 16 | slot << 11 | function << 8] = space;
        return space;
    }

    public static void SetBar(byte[] space, int number, uint value) =>
        BinaryPrimitives.WriteUInt32LittleEndian(space.AsSpan(FirstBar + number * 4), value);

    public override byte Read8(int offset) => Bytes(offset, 1)[0];

    public override ushort Read16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(offset, 2));

    public override uint Read32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(offset, 4));

    public override void Write8(int offset, byte value) => Bytes(offset, 1)[0] = value;

    public override void Write16(int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Bytes(offset, 2), value);

    /// <summary>The address port takes 32-bit writes only.</summary>
    public override void Write32(int offset, uint value)
    {
        if (offset == 0)
        {
            _address = value;
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(Bytes(offset, 4), value);
        }
    }

    /// <summary>A missing function reads as all ones; writes to it are lost.</summary>
    private Span<byte> Bytes(int offset, int width)
    {
        if (offset < Data || offset + width > Data + 4)
        {
            throw new InvalidOperationException($"PCI: an access of {width} bytes at port {offset}");
        }

        if ((_address & EnableBit) == 0 || (_address & 3) != 0 || !_functions.TryGetValue(_address & 0xFF_FF00, out byte[]? space))
        {
            Missed++;
            return new byte[] { 0xFF, 0xFF, 0xFF, 0xFF };
        }

        return space.AsSpan((int)(_address & 0xFC) + offset - Data, width);
    }
}
