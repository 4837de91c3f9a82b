using Cosmos.Common;
using Reservoir.Options;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir;

/// <summary><c>options</c>: what the kernel's command line can say.</summary>
internal sealed class OptionsCommand : ShellCommand
{
    private readonly KernelOptions _options;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="options">What it lists.</param>
    public OptionsCommand(KernelOptions options)
        : base("options", "options", "the options of the kernel's command line")
    {
        _options = options;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        _options.WriteHelp(output);
        return CommandResult.Done;
    }
}
