using System;
using System.Runtime.CompilerServices;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>A range of the processor's own ports: each access is one of <see cref="IOPort"/>'s instructions. Any context.</summary>
/// <remarks>Offsets are not checked here, which would cost on every access: the windows of the tests' bus check them.</remarks>
[AllocationFree]
internal sealed unsafe class IOPortWindow : PortWindow
{
    private readonly int _first;

    /// <summary>Makes the window. Boot context.</summary>
    /// <param name="first">The first port.</param>
    public IOPortWindow(int first)
    {
        _first = first;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override byte Read8(int offset) => IOPort.Read8(_first + offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override ushort Read16(int offset) => IOPort.Read16(_first + offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override uint Read32(int offset) => IOPort.Read32(_first + offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override void Write8(int offset, byte value) => IOPort.Write8(_first + offset, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override void Write16(int offset, ushort value) => IOPort.Write16(_first + offset, value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override void Write32(int offset, uint value) => IOPort.Write32(_first + offset, value);

    /// <inheritdoc/>
    public override void ReadMany16(int offset, Span<byte> destination)
    {
        fixed (byte* start = destination)
        {
            IOPort.ReadMany16(_first + offset, start, destination.Length / sizeof(ushort));
        }
    }

    /// <inheritdoc/>
    public override void ReadMany32(int offset, Span<byte> destination)
    {
        fixed (byte* start = destination)
        {
            IOPort.ReadMany32(_first + offset, start, destination.Length / sizeof(uint));
        }
    }

    /// <inheritdoc/>
    public override void WriteMany16(int offset, ReadOnlySpan<byte> source)
    {
        fixed (byte* start = source)
        {
            IOPort.WriteMany16(_first + offset, start, source.Length / sizeof(ushort));
        }
    }

    /// <inheritdoc/>
    public override void WriteMany32(int offset, ReadOnlySpan<byte> source)
    {
        fixed (byte* start = source)
        {
            IOPort.WriteMany32(_first + offset, start, source.Length / sizeof(uint));
        }
    }
}
