using System;
using Cosmos.Common;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Shell.Commands;

/// <summary><c>time COMMAND</c>: runs a command and tells how long it took, its output included.</summary>
public sealed class TimeCommand : ShellCommand
{
    private const ulong NanosecondsPerMicrosecond = 1000;
    private readonly CommandTable _commands;
    private readonly Clock _clock;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="commands">The commands that it can run.</param>
    /// <param name="clock">The time.</param>
    public TimeCommand(CommandTable commands, Clock clock)
        : base("time", "time COMMAND ...", "tells how long a command takes")
    {
        _commands = commands;
        _clock = clock;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> name = arguments.Next();
        ShellCommand? command = _commands.Find(name);
        if (command is null || command == this)
        {
            return Refuse(output, name, "another command");
        }

        ulong begun = _clock.Nanoseconds;
        CommandResult result = command.Run(context, ref arguments, output);
        output.WriteLine($"took {(_clock.Nanoseconds - begun) / NanosecondsPerMicrosecond} us");
        return result;
    }
}
