using System;
using System.Collections.Generic;
using System.IO;

namespace Cosmos.Build.Proof;

/// <summary>Reads the list of indirect calls.</summary>
/// <remarks>One call a line, in four fields between bars: function, form, targets (with spaces between them; a dash for none), reason.
/// Empty lines and
/// lines that begin with a hash are skipped.</remarks>
internal static class CallList
{
    private const int Fields = 4;

    /// <summary>Reads the lines of the list.</summary>
    /// <param name="lines">The lines.</param>
    /// <exception cref="InvalidDataException">A line is not an entry, or two name the same call.</exception>
    public static List<ListedCall> Parse(IReadOnlyList<string> lines)
    {
        var calls = new List<ListedCall>();
        for (int i = 0; i < lines.Count; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            string[] fields = line.Split('|', StringSplitOptions.TrimEntries);
            if (fields.Length != Fields || Array.Exists(fields, f => f.Length == 0))
            {
                throw new InvalidDataException($"list of indirect calls, line {i + 1}: not 'function | form | targets | reason'");
            }

            if (calls.Exists(c => c.Function == fields[0] && c.Form == fields[1]))
            {
                throw new InvalidDataException($"list of indirect calls, line {i + 1}: {fields[0]} | {fields[1]} is listed twice");
            }

            string[] targets = fields[2] == "-" ? [] : fields[2].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            calls.Add(new ListedCall(i + 1, fields[0], fields[1], targets, fields[3]));
        }

        return calls;
    }
}
