using System.Runtime.CompilerServices;
using Cosmos.Common;

namespace Reservoir.Threads;

/// <summary>
/// The renter and the time of a rental, in one word that goes on record with every rental: the processor's counter at the last interrupt,
/// whose lowest byte makes room for the owner's number. Precise enough for an age.
/// </summary>
/// <remarks>While a thread runs, the timer interrupts once a <see cref="Scheduler.QuantumNanoseconds"/> at least, and nothing is rented
/// while none runs: no stamp is older than that.</remarks>
[AllocationFree]
internal static unsafe class RenterStamp
{
    /// <summary>As an owner: an interrupt handler, or the boot code.</summary>
    public const byte Interrupt = 0;

    private const ulong OwnerMask = byte.MaxValue;

    /// <summary>What stands for a thread: its number + 1.</summary>
    public static byte OwnerOf(ThreadBlock* thread) => thread->Owner;

    /// <summary>The owner in a stamp.</summary>
    public static byte OwnerOf(ulong stamp) => (byte)stamp;

    /// <summary>The counter in a stamp.</summary>
    public static ulong CountsOf(ulong stamp) => stamp & ~OwnerMask;

    /// <summary>A stamp with another owner.</summary>
    public static ulong WithOwner(ulong stamp, byte owner) => CountsOf(stamp) | owner;

    /// <summary>Changes the owner of a stamp: its lowest byte, which comes first in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetOwner(ref ulong stamp, byte owner) => Unsafe.As<ulong, byte>(ref stamp) = owner;
}
