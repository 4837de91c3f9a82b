using System;

namespace Reservoir.Shell;

/// <summary>
/// How many slips of the finger lie between two words: letters missing, added, replaced, or two neighbours exchanged (optimal string
/// alignment, Damerau 1964). Any context.
/// </summary>
public static class WordDistance
{
    /// <summary>The longest word that is compared; a longer one is no slip of a command's name.</summary>
    public const int MaximumLength = 16;

    /// <summary>What is returned for words that are not compared.</summary>
    public const int Far = int.MaxValue;

    /// <summary>Compares a typed word with a name. At most 256 steps.</summary>
    /// <param name="word">The word.</param>
    /// <param name="name">The name, in ASCII.</param>
    /// <returns>The number of slips; <see cref="Far"/> if either is longer than <see cref="MaximumLength"/>.</returns>
    public static int Between(ReadOnlySpan<byte> word, string name)
    {
        if (word.Length > MaximumLength || name.Length > MaximumLength)
        {
            return Far;
        }

        // Rows of the table for the word's prefixes: the one before the last, the last, the current.
        Span<int> older = stackalloc int[MaximumLength + 1];
        Span<int> last = stackalloc int[MaximumLength + 1];
        Span<int> current = stackalloc int[MaximumLength + 1];
        for (int j = 0; j <= name.Length; j++)
        {
            current[j] = j;
        }

        for (int i = 1; i <= word.Length; i++)
        {
            Span<int> spare = older;
            older = last;
            last = current;
            current = spare;
            current[0] = i;
            for (int j = 1; j <= name.Length; j++)
            {
                int replaced = last[j - 1] + (word[i - 1] == name[j - 1] ? 0 : 1);
                int best = Math.Min(replaced, Math.Min(last[j], current[j - 1]) + 1);
                bool exchanged = i > 1 && j > 1 && word[i - 1] == name[j - 2] && word[i - 2] == name[j - 1];
                current[j] = exchanged ? Math.Min(best, older[j - 2] + 1) : best;
            }
        }

        return current[name.Length];
    }
}
