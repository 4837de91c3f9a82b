using Reservoir.Memory;

namespace Reservoir.Tests.Benchmarks;

/// <summary>Memory that is mapped already.</summary>
internal sealed class HostMemory : AddressSpace
{
    public override bool MapData(nuint start, nuint bytes) => true;
}
