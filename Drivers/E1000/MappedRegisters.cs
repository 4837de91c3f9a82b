using System.Runtime.CompilerServices;
using Cosmos.Common;
using Cosmos.Core;

namespace Reservoir.Drivers.E1000;

/// <summary>Registers that are reached as memory.</summary>
internal sealed class MappedRegisters : RegisterWindow
{
    private readonly nuint _base;

    /// <summary>Makes the window. Boot context.</summary>
    /// <param name="start">The first register's address; mapped.</param>
    public MappedRegisters(nuint start)
    {
        _base = start;
    }

    /// <inheritdoc/>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override uint Read(uint register) => Mmio.Read32(_base + register);

    /// <inheritdoc/>
    [AllocationFree]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public override void Write(uint register, uint value) => Mmio.Write32(_base + register, value);
}
