using System;
using System.Collections.Generic;
using System.IO;

namespace Cosmos.Build.Proof;

/// <summary>Reads lists of indirect calls.</summary>
/// <remarks>One call a line, in four fields between bars: function, form, targets (with spaces between them; a dash for none), reason.
/// Empty lines and lines that begin with a hash are skipped.</remarks>
internal static class CallList
{
    private const int Fields = 4;

    /// <summary>Adds the lines of a list.</summary>
    /// <param name="calls">The calls that are listed already, by another file.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="file">The list's name, for messages.</param>
    /// <param name="isShared">Whether the list is the SDK's.</param>
    /// <exception cref="InvalidDataException">A line is not an entry, or two name the same call.</exception>
    public static void Add(List<ListedCall> calls, IReadOnlyList<string> lines, string file, bool isShared)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string place = $"{file}, line {i + 1}";
            string[] fields = line.Split('|', StringSplitOptions.TrimEntries);
            if (fields.Length != Fields || Array.Exists(fields, f => f.Length == 0))
            {
                throw new InvalidDataException($"{place}: not 'function | form | targets | reason'");
            }

            if (calls.Exists(c => c.Function == fields[0] && c.Form == fields[1]))
            {
                throw new InvalidDataException($"{place}: {fields[0]} | {fields[1]} is listed twice");
            }

            string[] targets = fields[2] == "-" ? [] : fields[2].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            calls.Add(new ListedCall(place, fields[0], fields[1], targets, fields[3], isShared));
        }
    }
}
