using System;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>
/// A range of a device's input and output ports, reached by their offset from the first. Drivers are written against this class, so that
/// they can be tested on a host with a device made of code, and so that a wrapper can make a device misbehave from outside.
/// </summary>
/// <remarks>
/// The names are those of <see cref="IOPort"/>. Where an image has only one implementation, whole-program compilation calls it directly.
/// The string transfers (<see cref="ReadMany16"/> and the others) are one call for the whole block: their loop is one instruction of the
/// processor. Any context.
/// </remarks>
[AllocationFree]
public abstract class PortWindow
{
    /// <summary>Reads 8 bits. Reading may change the device.</summary>
    /// <param name="offset">The port, from 0.</param>
    public abstract byte Read8(int offset);

    /// <summary>Reads 16 bits.</summary>
    /// <param name="offset">The port, from 0.</param>
    public abstract ushort Read16(int offset);

    /// <summary>Reads 32 bits.</summary>
    /// <param name="offset">The port, from 0.</param>
    public abstract uint Read32(int offset);

    /// <summary>Writes 8 bits.</summary>
    /// <param name="offset">The port, from 0.</param>
    /// <param name="value">The value.</param>
    public abstract void Write8(int offset, byte value);

    /// <summary>Writes 16 bits.</summary>
    /// <param name="offset">The port, from 0.</param>
    /// <param name="value">The value.</param>
    public abstract void Write16(int offset, ushort value);

    /// <summary>Writes 32 bits.</summary>
    /// <param name="offset">The port, from 0.</param>
    /// <param name="value">The value.</param>
    public abstract void Write32(int offset, uint value);

    /// <summary>Reads 16-bit words from one port.</summary>
    /// <param name="offset">The port, from 0.</param>
    /// <param name="destination">Where they go; bytes behind the last whole word are left alone.</param>
    public abstract void ReadMany16(int offset, Span<byte> destination);

    /// <summary>Reads 32-bit words from one port.</summary>
    /// <param name="offset">The port, from 0.</param>
    /// <param name="destination">Where they go; bytes behind the last whole word are left alone.</param>
    public abstract void ReadMany32(int offset, Span<byte> destination);

    /// <summary>Writes 16-bit words to one port.</summary>
    /// <param name="offset">The port, from 0.</param>
    /// <param name="source">The words; bytes behind the last whole one are left out.</param>
    public abstract void WriteMany16(int offset, ReadOnlySpan<byte> source);

    /// <summary>Writes 32-bit words to one port.</summary>
    /// <param name="offset">The port, from 0.</param>
    /// <param name="source">The words; bytes behind the last whole one are left out.</param>
    public abstract void WriteMany32(int offset, ReadOnlySpan<byte> source);
}
