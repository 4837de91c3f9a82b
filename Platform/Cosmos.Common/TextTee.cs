using System;

namespace Cosmos.Common;

/// <summary>Writes the same text to several places, in the order in which they were added.</summary>
public sealed class TextTee : TextOutput
{
    private readonly TextOutput?[] _outputs;
    private int _count;

    /// <summary>Makes a tee without outputs. Boot context.</summary>
    /// <param name="capacity">The most outputs it will have.</param>
    public TextTee(int capacity)
    {
        _outputs = new TextOutput?[capacity];
    }

    /// <summary>Adds an output. Boot context.</summary>
    /// <param name="output">The output.</param>
    /// <returns>False if there is no room for another.</returns>
    public bool Add(TextOutput output)
    {
        if (_count == _outputs.Length)
        {
            return false;
        }

        _outputs[_count++] = output;
        return true;
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> utf8)
    {
        for (int i = 0; i < _count; i++)
        {
            _outputs[i]!.Write(utf8);
        }
    }
}
