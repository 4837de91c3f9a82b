using System;
using Cosmos.Core;

namespace Reservoir.Lab.Faults;

/// <summary>A window that passes every access on to another one. A derived class changes some of them. Any context.</summary>
public abstract class WrappedPorts : PortWindow
{
    /// <summary>Wraps a window. Boot context.</summary>
    /// <param name="inner">The window.</param>
    protected WrappedPorts(PortWindow inner)
    {
        Inner = inner;
    }

    /// <summary>The window behind this one.</summary>
    protected PortWindow Inner { get; }

    /// <inheritdoc/>
    public override byte Read8(int offset) => Inner.Read8(offset);

    /// <inheritdoc/>
    public override ushort Read16(int offset) => Inner.Read16(offset);

    /// <inheritdoc/>
    public override uint Read32(int offset) => Inner.Read32(offset);

    /// <inheritdoc/>
    public override void Write8(int offset, byte value) => Inner.Write8(offset, value);

    /// <inheritdoc/>
    public override void Write16(int offset, ushort value) => Inner.Write16(offset, value);

    /// <inheritdoc/>
    public override void Write32(int offset, uint value) => Inner.Write32(offset, value);

    /// <inheritdoc/>
    public override void ReadMany16(int offset, Span<byte> destination) => Inner.ReadMany16(offset, destination);

    /// <inheritdoc/>
    public override void ReadMany32(int offset, Span<byte> destination) => Inner.ReadMany32(offset, destination);

    /// <inheritdoc/>
    public override void WriteMany16(int offset, ReadOnlySpan<byte> source) => Inner.WriteMany16(offset, source);

    /// <inheritdoc/>
    public override void WriteMany32(int offset, ReadOnlySpan<byte> source) => Inner.WriteMany32(offset, source);
}
