using System;
using System.Text;

namespace Reservoir.Shell;

/// <summary>The commands of a shell, in the order in which <c>help</c> lists them. Filled at boot.</summary>
public sealed class CommandTable
{
    /// <summary>The most commands.</summary>
    public const int Capacity = 32;

    private const int MostSlips = 2;
    private readonly ShellCommand?[] _commands = new ShellCommand?[Capacity];

    /// <summary>Commands in the table.</summary>
    public int Count { get; private set; }

    /// <summary>A command by its place; null outside 0 to <see cref="Count"/> - 1.</summary>
    /// <param name="index">The place.</param>
    public ShellCommand? this[int index] => (uint)index < (uint)Count ? _commands[index] : null;

    /// <summary>Adds a command. Boot context.</summary>
    /// <param name="command">The command.</param>
    /// <returns>False if another one has its name, the name is too long, or the table is full; then nothing has changed.</returns>
    public bool Add(ShellCommand command)
    {
        for (int i = 0; i < Count; i++)
        {
            if (string.Equals(_commands[i]!.Name, command.Name))
            {
                return false;
            }
        }

        if (Count == Capacity || command.Name.Length is 0 or > WordDistance.MaximumLength)
        {
            return false;
        }

        _commands[Count++] = command;
        return true;
    }

    /// <summary>Finds a command by its name.</summary>
    /// <param name="name">The name as it was typed.</param>
    /// <returns>Null if there is none.</returns>
    public ShellCommand? Find(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < Count; i++)
        {
            if (Ascii.Equals(name, _commands[i]!.Name))
            {
                return _commands[i];
            }
        }

        return null;
    }

    /// <summary>Finds the command that was probably meant: at most two slips away, and no more than half of the word wrong.</summary>
    /// <param name="name">The name as it was typed.</param>
    /// <returns>The nearest one, the first among equals; null if none is near.</returns>
    public ShellCommand? Suggest(ReadOnlySpan<byte> name)
    {
        int nearest = Math.Min(MostSlips, name.Length / 2) + 1;
        ShellCommand? suggestion = null;
        for (int i = 0; i < Count; i++)
        {
            int distance = WordDistance.Between(name, _commands[i]!.Name);
            if (distance < nearest)
            {
                nearest = distance;
                suggestion = _commands[i];
            }
        }

        return suggestion;
    }
}
