using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Xml.Linq;

namespace Reservoir.Tests.Support;

/// <summary>Which lines of an assembly the tests have run, read from a report in Cobertura's format.</summary>
internal sealed class LineCoverage
{
    private readonly Dictionary<(string File, int Line), bool> _lines = [];

    private LineCoverage()
    {
    }

    /// <summary>Lines with code.</summary>
    public int Lines => _lines.Count;

    /// <summary>Lines that were run.</summary>
    public int Covered => _lines.Values.Count(isCovered => isCovered);

    /// <summary>The covered share in percent; 0 if there are no lines, for then nothing was shown.</summary>
    public double Percent => Lines == 0 ? 0 : 100.0 * Covered / Lines;

    /// <summary>The lines that were not run, by file and number.</summary>
    public IEnumerable<(string File, int Line)> Missed => _lines.Where(line => !line.Value).Select(line => line.Key).Order();

    /// <summary>Reads a report. A line counts once, in however many classes it is listed (a generic one, a lambda's), and is covered if any
    /// of them was run.</summary>
    /// <param name="report">The report.</param>
    /// <param name="assembly">The assembly's name.</param>
    public static LineCoverage Read(XDocument report, string assembly)
    {
        var coverage = new LineCoverage();
        foreach (XElement type in report.Descendants("package").Where(package =>
            (string?)package.Attribute("name") == assembly).Descendants("class"))
        {
            string file = (string?)type.Attribute("filename") ?? "";
            foreach (XElement line in type.Elements("lines").Elements("line"))
            {
                var place = (file, int.Parse(line.Attribute("number")!.Value, CultureInfo.InvariantCulture));
                coverage._lines[place] = coverage._lines.GetValueOrDefault(place) || line.Attribute("hits")!.Value != "0";
            }
        }

        return coverage;
    }
}
