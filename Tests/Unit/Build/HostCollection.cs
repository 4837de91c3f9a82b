using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>Tests that change what the whole process has once (console, environment) run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class HostCollection
{
    /// <summary>For <see cref="CollectionAttribute"/>.</summary>
    public const string Name = "console and environment";
}
