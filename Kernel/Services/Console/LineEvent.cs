namespace Reservoir.Console;

/// <summary>What a keystroke did to the line.</summary>
public enum LineEvent : byte
{
    /// <summary>The line is still being edited.</summary>
    None,

    /// <summary>The line is complete.</summary>
    Submitted,

    /// <summary>The line was thrown away.</summary>
    Cancelled,

    /// <summary>The line is complete and was longer than <see cref="LineEditor.MaximumLength"/>: nothing may be done with a part of
    /// it.</summary>
    TooLong,

    /// <summary>The line has to be shown again: something else was written meanwhile.</summary>
    Redraw,
}
