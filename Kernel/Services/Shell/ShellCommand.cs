using System;
using Cosmos.Common;
using Reservoir.Console;
using Reservoir.Threads;

namespace Reservoir.Shell;

/// <summary>Something the shell can do: a name, a usage line, a summary for <c>help</c>, and what it does.</summary>
/// <remarks>
/// <para>To add a command: derive a sealed class from this one (in Shell/Commands if the product has it, in the image's own project
/// otherwise); pass name, usage and summary to the constructor, together with the services that the command shows or drives; write
/// <see cref="Run"/>; and add one line, <c>machine.AddCommand(new MyCommand(...))</c>, where the image makes its commands.
/// <c>help</c>, the suggestion for a mistyped name and the usage line come by themselves.</para>
/// <para>A run takes its words from the arguments, calls <see cref="Refuse"/> for a word that it does not know and <see cref="HasSurplus"/>
/// at the end, and does nothing unless all words are right. It may wait, for a bounded time. There is one object for the whole boot, run
/// again and again: what a run allocates lies in the shell's scratch arena and must not be kept.</para>
/// </remarks>
public abstract class ShellCommand
{
    /// <summary>Describes a command. Boot context.</summary>
    /// <param name="name">The word that calls it, in lower-case ASCII, at most <see cref="WordDistance.MaximumLength"/> characters.</param>
    /// <param name="usage">Its name and arguments: <c>mem [plan|map]</c>.</param>
    /// <param name="summary">What it does, in a few words.</param>
    protected ShellCommand(string name, string usage, string summary)
    {
        Name = name;
        Usage = usage;
        Summary = summary;
    }

    /// <summary>The word that calls it.</summary>
    public string Name { get; }

    /// <summary>Its name and arguments.</summary>
    public string Usage { get; }

    /// <summary>What it does, in a few words.</summary>
    public string Summary { get; }

    /// <summary>Runs it. Shell thread.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="arguments">The words behind the name.</param>
    /// <param name="output">Where its text goes.</param>
    public abstract CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output);

    /// <summary>Ends a run that did not understand a word.</summary>
    /// <param name="output">Where the text goes.</param>
    /// <param name="word">The word; empty if one is missing.</param>
    /// <param name="expected">What should stand there.</param>
    protected CommandResult Refuse(TextOutput output, ReadOnlySpan<byte> word, string expected)
    {
        output.Write($"{Name}: expected {expected}");
        if (!word.IsEmpty)
        {
            output.Write(", not '"u8);
            EscapedText.Write(output, word);
            output.Write("'"u8);
        }

        output.WriteLine();
        return CommandResult.BadArguments;
    }

    /// <summary>Ends a run, unless words are left that it has no use for.</summary>
    /// <param name="output">Where the text goes.</param>
    /// <param name="arguments">The words that are left.</param>
    /// <returns>True if words are left; the text has been written.</returns>
    protected bool HasSurplus(TextOutput output, ref CommandArguments arguments)
    {
        if (arguments.IsEmpty)
        {
            return false;
        }

        Refuse(output, arguments.Next(), "nothing more");
        return true;
    }
}
