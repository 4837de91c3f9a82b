using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Shell;

/// <summary>Work of the shell's thread before its first prompt: self-tests, measurements. The image gives the steps in their
/// order.</summary>
public abstract class BootStep
{
    /// <summary>Does the work. Shell thread, once in a boot; the scratch arena is empty, and is emptied afterwards.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="output">Where its text goes.</param>
    /// <returns>Whether the boot goes on to the prompt.</returns>
    public abstract BootStepResult Run(ThreadContext context, TextOutput output);
}
