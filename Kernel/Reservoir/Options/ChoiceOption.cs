using System;
using Cosmos.Common;

namespace Reservoir.Options;

/// <summary>An option that takes one of a few words; the first is its default.</summary>
public sealed class ChoiceOption : KernelOption
{
    private readonly string[] _words;

    /// <summary>Describes an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="help">What it is for, in one line.</param>
    /// <param name="words">The words it takes, at least one, in ASCII; the first is the default.</param>
    public ChoiceOption(string name, string help, params string[] words)
        : base(name, string.Join("|", words), help)
    {
        _words = words;
    }

    /// <summary>Which of the words holds, from 0.</summary>
    public int Chosen { get; private set; }

    /// <inheritdoc/>
    public override string Default => _words[0];

    /// <inheritdoc/>
    public override bool TryParse(ReadOnlySpan<byte> value)
    {
        for (int i = 0; i < _words.Length; i++)
        {
            if (AsciiName.Matches(_words[i], value))
            {
                Chosen = i;
                return true;
            }
        }

        return false;
    }
}
