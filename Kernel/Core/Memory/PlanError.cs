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

    /// <summary>A size is zero or negative.</summary>
    SizeNotPositive,

    /// <summary>A buffer is larger than <see cref="Pools.PoolLimits.MaxBufferSize"/>, or a region than <see cref="MemoryManager.MaxRegionBytes"/>.</summary>
    SizeTooLarge,

    /// <summary>A pool has no buffers.</summary>
    CountNotPositive,

    /// <summary>A pool has more than <see cref="Pools.PoolLimits.MaxBufferCount"/> buffers.</summary>
    CountTooLarge,

    /// <summary>An alignment is not a power of two from 16 to 4096.</summary>
    BadAlignment,

    /// <summary>Size times count is more than <see cref="MemoryManager.MaxRegionBytes"/>.</summary>
    ProductTooLarge,

    /// <summary>There are more than <see cref="Pools.PoolLimits.MaxPools"/> pools.</summary>
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

    /// <summary>The books are closed.</summary>
    Sealed,

    /// <summary>No line has this name.</summary>
    NoSuchLine,

    /// <summary>The line is for something else.</summary>
    WrongKind,

    /// <summary>The line's pool was created already.</summary>
    AlreadyCreated,
}
