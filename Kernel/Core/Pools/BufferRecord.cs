using System.Runtime.InteropServices;

namespace Reservoir.Pools;

/// <summary>
/// What a pool knows about one buffer. Lies outside the payload, in a region of its own.
/// </summary>
/// <remarks>
/// Invariant: <see cref="Word"/> is the handle of the current rental while the buffer is rented, and has <see cref="BufferHandle.NotRented"/> set while it isn't: then the rest of it
/// is the handle of the rental to come. So one comparison with a handle tells everything.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct BufferRecord
{
    /// <summary>Size of a record.</summary>
    public const int Bytes = 32;

    /// <summary>As an index: none.</summary>
    public const int None = -1;

    /// <summary>As an owner: an interrupt handler, or the boot code.</summary>
    public const short OwnerInterrupt = -1;

    /// <summary>Handle of the current or the coming rental.</summary>
    public ulong Word;

    /// <summary>The processor's counter at the last timer tick before it was rented: precise enough for an age.</summary>
    public ulong RentedAt;

    /// <summary>The next free buffer, while free.</summary>
    public int NextFree;

    /// <summary>Number of the thread that rented it last; <see cref="OwnerInterrupt"/>.</summary>
    public short Owner;

    /// <summary>Whether it was found damaged and taken out of use.</summary>
    public bool Quarantined;

    /// <summary>Where the payload lies. Never changes.</summary>
    public byte* Payload;
}
