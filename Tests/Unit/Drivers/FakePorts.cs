using System;
using Cosmos.Core;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The ports of a device made of code. An access that the device does not know ends the test.</summary>
internal abstract class FakePorts : PortWindow
{
    public override byte Read8(int offset) => throw Unknown("8-bit read", offset);

    public override ushort Read16(int offset) => throw Unknown("16-bit read", offset);

    public override uint Read32(int offset) => throw Unknown("32-bit read", offset);

    public override void Write8(int offset, byte value) => throw Unknown("8-bit write", offset);

    public override void Write16(int offset, ushort value) => throw Unknown("16-bit write", offset);

    public override void Write32(int offset, uint value) => throw Unknown("32-bit write", offset);

    public override void ReadMany16(int offset, Span<byte> destination) => throw Unknown("string read", offset);

    public override void ReadMany32(int offset, Span<byte> destination) => throw Unknown("string read", offset);

    public override void WriteMany16(int offset, ReadOnlySpan<byte> source) => throw Unknown("string write", offset);

    public override void WriteMany32(int offset, ReadOnlySpan<byte> source) => throw Unknown("string write", offset);

    private InvalidOperationException Unknown(string access, int offset) => new($"{GetType().Name}: a {access} at {offset}");
}
