using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Reservoir.Tests.Support;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>docs/architecture.md names what is there: the hops of a datagram's way, and files and folders.</summary>
public sealed partial class ArchitectureTests
{
    private const int MostHops = 25;
    private const int FewestPaths = 50;

    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs/architecture.md"));

    [Fact]
    public void TheWayToThePlatterIsNumberedWithoutAGapAndShort()
    {
        string section = s_page.Split("\n## ").Single(s => s.StartsWith("From the wire to the platter", StringComparison.Ordinal));
        int[] numbers = [.. Number().Matches(section).Select(m => int.Parse(m.Groups[1].ValueSpan))];
        Assert.Equal(Enumerable.Range(1, numbers.Length), numbers);
        Assert.InRange(numbers.Length, 1, MostHops);
        Assert.Equal(numbers.Length, Hop().Count(s_page));
    }

    [Fact]
    public void EveryHopsFileDeclaresItsMember()
    {
        foreach (Match hop in Hop().Matches(s_page))
        {
            Assert.True(Declares(hop.Groups["file"].Value, hop.Groups["type"].Value, hop.Groups["member"].Value), hop.Value);
        }
    }

    [Fact]
    public void EveryPathThatIsNamedExists()
    {
        string[] paths = [.. PathInQuotes().Matches(s_page).Select(m => m.Groups[1].Value).Distinct()];
        Assert.True(paths.Length >= FewestPaths, $"{paths.Length} paths");
        Assert.DoesNotContain(paths, path => !Path.Exists(Path.Combine(Repository.Root, path)));
    }

    [Theory]
    [InlineData("Kernel/Core/Devices/FrameQueue.cs", "FrameQueue", "Enqueue")]
    [InlineData("Kernel/Core/Devices/FrameQueue.cs", "FrameRing", "Add")]
    [InlineData("Kernel/Core/Devices/FrameQueues.cs", "FrameQueue", "Add")]
    [InlineData("Kernel/Core/Devices/FrameQueue.cs", "FrameQueue", "MaskInterrupts")]
    public void AHopThatIsNotThereIsFound(string file, string type, string member) => Assert.False(Declares(file, type, member));

    /// <summary>Whether a file declares a type, or a part of it, and a method of a name. A call of such a method does not count.</summary>
    private static bool Declares(string file, string type, string member)
    {
        string path = Path.Combine(Repository.Root, file);
        if (!File.Exists(path))
        {
            return false;
        }

        IEnumerable<string> lines = File.ReadLines(path);
        return lines.Any(line => Regex.IsMatch(line, $@"^(?!\s*//).*\b(class|struct|interface) {type}\b"))
            && lines.Any(line => Regex.IsMatch(line, $@"^ +(public|internal|protected|private) [\w<>\[\]?., ]+ {member}(<\w+>)?\("));
    }

    [GeneratedRegex(@"^(\d+)\. ", RegexOptions.Multiline)]
    private static partial Regex Number();

    [GeneratedRegex(@"^\d+\. `(?<file>[^`\n]+\.cs)` `(?<type>\w+)\.(?<member>\w+)`: \S", RegexOptions.Multiline)]
    private static partial Regex Hop();

    /// <summary>A path from the repository's root in code quotes: words with a slash between or behind them.</summary>
    [GeneratedRegex(@"`(\w[\w.-]*(?:/[\w.-]+)*/(?:[\w.-]+)?)`")]
    private static partial Regex PathInQuotes();
}
