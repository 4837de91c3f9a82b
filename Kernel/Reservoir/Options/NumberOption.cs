using System;
using System.Buffers.Text;

namespace Reservoir.Options;

/// <summary>An option that takes a whole number within bounds.</summary>
public sealed class NumberOption : KernelOption
{
    private readonly int _least;
    private readonly int _most;
    private readonly string _default;

    /// <summary>Describes an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="help">What it is for, in one line.</param>
    /// <param name="least">The least number it takes.</param>
    /// <param name="most">The greatest number it takes.</param>
    /// <param name="usual">What holds where it is not given.</param>
    public NumberOption(string name, string help, int least, int most, int usual)
        : base(name, "N", help)
    {
        _least = least;
        _most = most;
        _default = usual.ToString(System.Globalization.CultureInfo.InvariantCulture);
        Value = usual;
    }

    /// <summary>The number that holds.</summary>
    public int Value { get; private set; }

    /// <inheritdoc/>
    public override string Default => _default;

    /// <inheritdoc/>
    public override bool TryParse(ReadOnlySpan<byte> value)
    {
        bool isNumber = Utf8Parser.TryParse(value, out int number, out int used) && used == value.Length;
        bool isTaken = isNumber && number >= _least && number <= _most;
        Value = isTaken ? number : Value;
        return isTaken;
    }
}
