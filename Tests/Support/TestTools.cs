using System.Collections.Generic;
using Cosmos.Build.Host;

namespace Reservoir.Tests.Support;

/// <summary>What the tests need on the host besides what building and booting needs.</summary>
internal static class TestTools
{
    /// <summary>The tools.</summary>
    public static IReadOnlyList<HostTool> All { get; } = [.. HostTools.ForUefi, new("tshark", "tshark")];
}
