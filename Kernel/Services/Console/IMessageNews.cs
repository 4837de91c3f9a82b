using Cosmos.Common;

namespace Reservoir.Console;

/// <summary>What the kernel has said and nobody has been shown yet.</summary>
[AllocationFree]
public interface IMessageNews
{
    /// <summary>Shows it. The console's thread only.</summary>
    /// <param name="output">Where to.</param>
    void ShowNews(TextOutput output);
}
