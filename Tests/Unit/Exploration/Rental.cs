using Reservoir.Pools;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>What came of a request.</summary>
internal readonly record struct Rental(RentError Error, BufferHandle Buffer)
{
    public static Rental From(RentResult result) => new(result.Error, result.Buffer);
}
