namespace Reservoir.Pools;

/// <summary>What an audit of a pool's book-keeping found.</summary>
public enum PoolAudit : byte
{
    /// <summary>Everything is in order.</summary>
    Sound,

    /// <summary>The list of free buffers leads outside the pool.</summary>
    BrokenLink,

    /// <summary>The list of free buffers contains one that is rented or out of use.</summary>
    ListedButNotFree,

    /// <summary>The list of free buffers is shorter or longer than the count says.</summary>
    WrongFreeCount,

    /// <summary>The number of rented buffers is not what the count says.</summary>
    WrongInUseCount,

    /// <summary>The number of quarantined buffers is not what the count says.</summary>
    WrongQuarantinedCount,

    /// <summary>The number of buffers of some owner, or of those that devices hold, is not what the count says.</summary>
    WrongOwnerCount,

    /// <summary>A free buffer's guard words are damaged.</summary>
    DamagedFreeBuffer,

    /// <summary>A record's handle is not of this pool and buffer, or says rented of one that is quarantined.</summary>
    DamagedRecord,

    /// <summary>Nothing wrong was seen, but the pool was in use all the time and could not be walked through to the end.</summary>
    Unsettled,
}
