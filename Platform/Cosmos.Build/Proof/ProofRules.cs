using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Cosmos.Build.Proof;

/// <summary>What is proved, by the names of symbols. A name that the image does not have is an error: a rule never goes idle
/// unseen.</summary>
/// <remarks>Read from files of one rule a line, in three fields between bars: kind, symbol, reason. Empty lines and lines that begin with a
/// hash are skipped. The SDK's own file, <c>proof-rules.txt</c> beside this one, states what holds for every kernel; a kernel's file adds
/// to it.</remarks>
internal sealed class ProofRules
{
    private const int Fields = 3;

    /// <summary>Functions from which nothing may be allocated.</summary>
    public List<string> Roots { get; } = [];

    /// <summary>Types, each with the place in its table, in bytes, of a method that is a root in every type that derives from
    /// it.</summary>
    public List<(string Type, ulong Slot)> Bodies { get; } = [];

    /// <summary>Types that derive from one of <see cref="Bodies"/> and may allocate.</summary>
    public List<string> ExcludedBodies { get; } = [];

    /// <summary>How the names of the allocation helpers begin.</summary>
    public List<string> ForbiddenPrefixes { get; } = [];

    /// <summary>Functions that never come back.</summary>
    public List<string> Ends { get; } = [];

    /// <summary>Adds the rules of a file.</summary>
    /// <param name="lines">Its lines.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="InvalidDataException">A line is not a rule.</exception>
    public void Add(IReadOnlyList<string> lines, string file)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] fields = line.Split('|', StringSplitOptions.TrimEntries);
            if (fields.Length != Fields || Array.Exists(fields, f => f.Length == 0) || !TryAdd(fields[0], fields[1]))
            {
                throw new InvalidDataException($"{file}, line {i + 1}: not 'root, end, forbidden, bodies or excluded | symbol | reason'");
            }
        }
    }

    private bool TryAdd(string kind, string symbol)
    {
        switch (kind)
        {
            case "root":
                Roots.Add(symbol);
                return true;
            case "end":
                Ends.Add(symbol);
                return true;
            case "forbidden":
                ForbiddenPrefixes.Add(symbol);
                return true;
            case "excluded":
                ExcludedBodies.Add(symbol);
                return true;
            case "bodies":
                string[] parts = symbol.Split("+0x");
                bool isSlot = parts.Length == 2 && ulong.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _);
                if (isSlot)
                {
                    Bodies.Add((parts[0], ulong.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
                }

                return isSlot;
            default:
                return false;
        }
    }
}
