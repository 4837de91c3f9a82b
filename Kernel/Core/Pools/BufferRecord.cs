using System.Runtime.InteropServices;
using Cosmos.Common;
using Reservoir.Memory;

namespace Reservoir.Pools;

/// <summary>
/// What a pool knows about one buffer. Lies outside the payload, in a region of its own.
/// </summary>
/// <remarks>
/// Invariant: <see cref="Word"/> is the handle of the current rental while the buffer is rented, and has
/// <see cref="BufferHandle.NotRented"/> set while it isn't: then the rest of it is the handle of the rental to come. While a device holds
/// the buffer it is the handle with <see cref="BufferHandle.Posted"/>. No index has these bits, so one comparison with a handle tells
/// everything.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = PoolLayout.RecordBytes)]
[AllocationFree]
internal unsafe struct BufferRecord
{
    /// <summary>Handle of the current or the coming rental.</summary>
    [FieldOffset(0)]
    public ulong Word;

    /// <summary>The owner of the last rental, and its time: a <see cref="Threads.RenterStamp"/>.</summary>
    [FieldOffset(8)]
    public ulong Stamp;

    /// <summary>The next free buffer, while free; null for the last one.</summary>
    [FieldOffset(16)]
    public BufferRecord* NextFree;

    /// <summary>Where the payload lies. Never changes.</summary>
    [FieldOffset(24)]
    public byte* Payload;

    /// <summary>The source line that rented it last, and the file: the characters of a string literal, which never move, with a zero behind
    /// the last.</summary>
    [FieldOffset(32)]
    public char* SiteFile;
    [FieldOffset(40)]
    public int SiteLine;

    /// <summary>Whether it was found damaged and taken out of use.</summary>
    [FieldOffset(44)]
    public bool Quarantined;

    /// <summary>Whether its owner died while a device held it: it comes back when the device lets go.</summary>
    [FieldOffset(45)]
    public bool Orphaned;
}
