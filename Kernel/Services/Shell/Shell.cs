using System;
using Cosmos.Common;
using Reservoir.Console;
using Reservoir.Threads;

namespace Reservoir.Shell;

/// <summary>
/// The dialogue: a prompt, a line, what the line asks for, and again. It ends only if its input does.
/// </summary>
/// <remarks>Nothing typed can hurt: a line that is too long is refused as a whole, an unknown word or argument is named together with what
/// would have been right. Shell thread. The shell itself allocates nothing; a command may use the scratch arena, which is empty for each
/// line.</remarks>
public sealed class Shell : ThreadBody
{
    private readonly ShellInput _input;
    private readonly TextOutput _output;
    private readonly CommandTable _commands;
    private readonly ScratchArena? _scratch;
    private readonly LineEditor _editor;

    /// <summary>Makes the body; <see cref="Scheduler.CreateThread"/> makes it run. Boot context.</summary>
    /// <param name="input">Where keystrokes come from.</param>
    /// <param name="output">Where text goes, the echo of the typing too.</param>
    /// <param name="commands">What it can do.</param>
    /// <param name="scratch">What commands allocate from, emptied behind every line; null if they have no arena.</param>
    public Shell(ShellInput input, TextOutput output, CommandTable commands, ScratchArena? scratch = null)
    {
        _input = input;
        _output = output;
        _commands = commands;
        _scratch = scratch;
        _editor = new LineEditor(output);
    }

    /// <summary>Where its text goes.</summary>
    internal TextOutput Output => _output;

    /// <summary>What stands before each line.</summary>
    public static ReadOnlySpan<byte> Prompt => "reservoir> "u8;

    /// <inheritdoc/>
    public override void Run(ThreadContext context)
    {
        _scratch?.Reset();
        _output.Write(Prompt);
        while (_input.TryRead(context, out byte value))
        {
            LineEvent happened = _editor.Accept(value);
            if (happened == LineEvent.None)
            {
                continue;
            }

            if (happened == LineEvent.Redraw)
            {
                Redraw();
                continue;
            }

            if (happened == LineEvent.Submitted)
            {
                Execute(context, _editor.Line);
            }
            else if (happened == LineEvent.TooLong)
            {
                _output.WriteLine($"line longer than {LineEditor.MaximumLength} characters: nothing was done");
            }

            _scratch?.Reset();
            _output.Write(Prompt);
        }
    }

    /// <summary>Shows the messages that have come. Shell thread, while there is no line.</summary>
    internal void ShowMessages() => _input.ShowMessages(_output);

    /// <summary>Takes the half-typed line away, so that no second copy of it can pass for a line that was sent; shows the messages that
    /// have come, then the line again.</summary>
    private void Redraw()
    {
        _output.Write("\r"u8);
        for (int i = Prompt.Length + _editor.Line.Length; i > 0; i--)
        {
            _output.Write(" "u8);
        }

        _output.Write("\r"u8);
        ShowMessages();
        _output.Write(Prompt);
        _output.Write(_editor.Line);
    }

    /// <summary>Does what a line asks for. Shell thread.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="line">The line; one without words asks for nothing.</param>
    public void Execute(ThreadContext context, ReadOnlySpan<byte> line)
    {
        var arguments = new CommandArguments(line);
        ReadOnlySpan<byte> name = arguments.Next();
        if (name.IsEmpty)
        {
            return;
        }

        ShellCommand? command = _commands.Find(name);
        if (command is null)
        {
            WriteUnknown(_commands, name, _output);
        }
        else if (command.Run(context, ref arguments, _output) == CommandResult.BadArguments)
        {
            _output.WriteLine($"usage: {command.Usage}");
        }
    }

    internal static void WriteUnknown(CommandTable commands, ReadOnlySpan<byte> name, TextOutput output)
    {
        output.Write("unknown command '"u8);
        EscapedText.Write(output, name);
        output.Write("'; "u8);
        ShellCommand? suggestion = commands.Suggest(name);
        if (suggestion is not null)
        {
            output.Write($"did you mean '{suggestion.Name}'? ");
        }

        output.WriteLine("'help' lists all"u8);
    }
}
