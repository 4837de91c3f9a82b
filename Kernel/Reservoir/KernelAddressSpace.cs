using Cosmos.Core;
using Reservoir.Memory;

namespace Reservoir;

/// <summary>The memory manager's view of the page tables: a region is readable and writable, and never executable.</summary>
internal sealed class KernelAddressSpace : AddressSpace
{
    /// <inheritdoc/>
    public override bool MapData(nuint start, nuint bytes) => Paging.Map(start, bytes, PageAccess.ReadWrite);
}
