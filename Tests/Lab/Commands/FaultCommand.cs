using System;
using Cosmos.Common;
using Reservoir.Lab.Victims;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir.Lab.Commands;

/// <summary><c>fault</c>: lets a thread make a mistake, to see that it dies alone.</summary>
public sealed class FaultCommand : ShellCommand
{
    private readonly Victim[] _victims;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="victims">The threads, one for each kind of mistake.</param>
    public FaultCommand(Victim[] victims)
        : base("fault", "fault KIND", "lets a thread die of a mistake")
    {
        _victims = victims;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> word = arguments.Next();
        Victim? victim = Find(word);
        if (victim is null)
        {
            return Refuse(output, word, "null, throw, bounds, divide, allocate or stack");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        output.WriteLine(victim.Release() ? "the rest of the system goes on" : "that thread has died already; it is back after a reboot");
        return CommandResult.Done;
    }

    private Victim? Find(ReadOnlySpan<byte> word)
    {
        foreach (Victim victim in _victims)
        {
            if (Matches(word, victim.Name.AsSpan("fault-".Length)))
            {
                return victim;
            }
        }

        return null;
    }

    private static bool Matches(ReadOnlySpan<byte> word, ReadOnlySpan<char> name)
    {
        if (word.Length != name.Length)
        {
            return false;
        }

        for (int i = 0; i < name.Length; i++)
        {
            if (word[i] != name[i])
            {
                return false;
            }
        }

        return true;
    }
}
