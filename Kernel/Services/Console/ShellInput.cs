using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Console;

/// <summary>
/// Where the shell's keystrokes come from: the bytes that a terminal sends, on a serial line or from a keyboard that sends the same bytes.
/// Arrow keys are the sequences of ECMA-48, <c>ESC [ A</c> and so on.
/// </summary>
public abstract class ShellInput
{
    /// <summary>Takes the next byte, waiting for it. Shell thread only.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="value">The byte.</param>
    /// <returns>False if there will be none: the wait was called off, and the shell ends.</returns>
    public abstract bool TryRead(ThreadContext context, out byte value);

    /// <summary>Shows the messages that have come since the last time, whole lines. The shell has cleared its own line, and shows it again
    /// afterwards. Shell thread only.</summary>
    /// <param name="output">Where to.</param>
    public abstract void ShowMessages(TextOutput output);
}
