using System;
using Cosmos.Common;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>help</c>: what the shell can do.</summary>
public sealed class HelpCommand : ShellCommand
{
    private readonly CommandTable _commands;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="commands">What is listed; this command may be among them.</param>
    public HelpCommand(CommandTable commands)
        : base("help", "help [COMMAND]", "lists the commands, or explains one")
    {
        _commands = commands;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> name = arguments.Next();
        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (name.IsEmpty)
        {
            for (int i = 0; i < _commands.Count; i++)
            {
                Describe(_commands[i]!, output);
            }

            return CommandResult.Done;
        }

        ShellCommand? command = _commands.Find(name);
        if (command is null)
        {
            Shell.WriteUnknown(_commands, name, output);
        }
        else
        {
            Describe(command, output);
        }

        return CommandResult.Done;
    }

    private static void Describe(ShellCommand command, TextOutput output) => output.WriteLine($"{command.Usage,-38} {command.Summary}");
}
