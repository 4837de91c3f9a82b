using Reservoir.Memory;

namespace Reservoir.Tests.Bench.Host;

/// <summary>Memory that is mapped already.</summary>
internal sealed class HostMemory : AddressSpace
{
    public override bool MapData(nuint start, nuint bytes) => true;
}
