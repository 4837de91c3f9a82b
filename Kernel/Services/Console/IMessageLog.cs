using Cosmos.Common;

namespace Reservoir.Console;

/// <summary>What the kernel has said lately, as the shell sees it.</summary>
public interface IMessageLog
{
    /// <summary>Shows everything that is remembered. Shell thread.</summary>
    /// <param name="output">Where to.</param>
    void ShowAll(TextOutput output);
}
