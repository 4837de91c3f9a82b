namespace Reservoir.Memory;

/// <summary>What became of a line of the plan.</summary>
internal struct Reservation
{
    /// <summary>The memory itself; empty until the plan is admitted.</summary>
    public Region Region;

    /// <summary>A pool's records; empty for anything else.</summary>
    public Region Records;

    /// <summary>While a plan that doesn't fit is reported: bytes for which there was no room.</summary>
    public nuint Missing;

    /// <summary>Whether the pool was created.</summary>
    public bool InUse;
}
