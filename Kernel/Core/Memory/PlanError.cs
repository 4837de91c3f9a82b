namespace Reservoir.Memory;

/// <summary>Why a plan, or a request to the memory manager, was refused. Nothing has been reserved then.</summary>
public enum PlanError : byte
{
    /// <summary>It was not refused.</summary>
    None,

    /// <summary>A line has no name.</summary>
    NameMissing,

    /// <summary>Two lines have the same name.</summary>
    NameTaken,

    /// <summary>A name is longer than <see cref="MemoryManager.MaxNameLength"/> characters.</summary>
    NameTooLong,

    /// <summary>A name has a character that isn't a small letter, a digit or a hyphen: it could not be typed in the shell.</summary>
    NameNotTypable,

    /// <summary>A size is zero.</summary>
    SizeZero,

    /// <summary>A size is negative.</summary>
    SizeNegative,

    /// <summary>A buffer is larger than <see cref="PoolLimits.MaxBufferSize"/>, or a region than
    /// <see cref="MemoryManager.MaxRegionBytes"/>.</summary>
    SizeTooLarge,

    /// <summary>A pool has no buffers.</summary>
    CountZero,

    /// <summary>A pool has a negative number of buffers.</summary>
    CountNegative,

    /// <summary>A pool has more than <see cref="PoolLimits.MaxBufferCount"/> buffers.</summary>
    CountTooLarge,

    /// <summary>An alignment is less than <see cref="PoolLimits.MinAlignment"/>.</summary>
    AlignmentTooSmall,

    /// <summary>An alignment is more than <see cref="PoolLimits.MaxAlignment"/>.</summary>
    AlignmentTooLarge,

    /// <summary>An alignment is not a power of two.</summary>
    AlignmentNotPowerOfTwo,

    /// <summary>A device has fewer than <see cref="MemoryManager.MinDmaBits"/> address bits, or more than 64.</summary>
    DmaBitsOutOfRange,

    /// <summary>A pool is neither blocking nor non-blocking.</summary>
    UnknownPoolKind,

    /// <summary>A reserve for threads is negative, or leaves interrupt handlers nothing.</summary>
    ReserveOutOfRange,

    /// <summary>A cap for owners is negative or more than there are buffers.</summary>
    CapOutOfRange,

    /// <summary>A high watermark is negative or more than there are buffers.</summary>
    WatermarkOutOfRange,

    /// <summary>A low watermark is negative or not below the high one.</summary>
    WatermarksOutOfOrder,

    /// <summary>Size times count is more than <see cref="MemoryManager.MaxRegionBytes"/>.</summary>
    ProductTooLarge,

    /// <summary>There are more than <see cref="PoolLimits.MaxPools"/> pools.</summary>
    TooManyPools,

    /// <summary>There are more than <see cref="MemoryManager.MaxLines"/> lines.</summary>
    TooManyLines,

    /// <summary>The machine has not enough memory.</summary>
    Shortfall,

    /// <summary>The page tables are full.</summary>
    NotMapped,

    /// <summary>A plan was admitted already.</summary>
    AlreadyAdmitted,

    /// <summary>No plan was admitted yet.</summary>
    NotAdmitted,

    /// <summary>The plan is sealed.</summary>
    Sealed,

    /// <summary>No line has this name.</summary>
    NoSuchLine,

    /// <summary>The line is for something else.</summary>
    WrongKind,

    /// <summary>The line's pool is of the other kind.</summary>
    WrongPoolKind,

    /// <summary>The line's pool was created already.</summary>
    AlreadyCreated,
}
