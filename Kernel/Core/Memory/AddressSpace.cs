namespace Reservoir.Memory;

/// <summary>What the memory manager asks of the page tables. The kernel implements it with paging, the tests with a record of the
/// calls.</summary>
public abstract class AddressSpace
{
    /// <summary>
    /// Makes a range readable and writable, never executable. What lies around it stays as it is: unmapped, unless it was mapped before.
    /// Boot context.
    /// </summary>
    /// <param name="start">First address, a multiple of the page size.</param>
    /// <param name="bytes">Length in bytes, a multiple of the page size.</param>
    /// <returns>False if it can't be done, for want of page tables.</returns>
    public abstract bool MapData(nuint start, nuint bytes);
}
