using Reservoir.Pools;

namespace Reservoir.Tests.Unit.Core;

/// <summary>The mistakes of a careless owner: writes just outside a payload.</summary>
internal static unsafe class Damage
{
    public static void Behind(BufferPool pool, BufferHandle buffer, int distance = 0) =>
        Flip((byte*)pool.GetBusAddress(buffer) + pool.BufferSize + distance);

    public static void Before(BufferPool pool, BufferHandle buffer, int distance = 0) =>
        Flip((byte*)pool.GetBusAddress(buffer) - 1 - distance);

    public static void Flip(byte* address) => *address ^= 0x40;
}
