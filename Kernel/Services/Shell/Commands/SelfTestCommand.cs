using Cosmos.Common;
using Reservoir.SelfTest;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>selftest</c>: the tests that ran at boot, once more.</summary>
public sealed class SelfTestCommand : ShellCommand
{
    private readonly SelfTestRunner? _runner;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="runner">Runs the tests; null if there are none.</param>
    public SelfTestCommand(SelfTestRunner? runner)
        : base("selftest", "selftest", "runs the self-tests, a result a line")
    {
        _runner = runner;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (_runner is null)
        {
            output.WriteLine("selftest: there are no self-tests in this kernel"u8);
        }
        else
        {
            _runner.Run(context, output);
        }

        return CommandResult.Done;
    }
}
