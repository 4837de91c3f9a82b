using System;

namespace Cosmos.Common;

/// <summary>Compares names as people type them with names as the code has them, without making a string.</summary>
public static class AsciiName
{
    /// <summary>Whether typed text is a name, letter by letter. Any context.</summary>
    /// <param name="name">The name.</param>
    /// <param name="ascii">What was typed.</param>
    public static bool Matches(string name, ReadOnlySpan<byte> ascii)
    {
        bool equal = name.Length == ascii.Length;
        for (int i = 0; equal && i < ascii.Length; i++)
        {
            equal = name[i] == ascii[i];
        }

        return equal;
    }
}
