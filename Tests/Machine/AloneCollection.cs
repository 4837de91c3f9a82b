using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>Tests that measure run alone: a second machine on the same host would be measured, too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    /// <summary>For <see cref="CollectionAttribute"/>.</summary>
    public const string Name = "measurements";
}
