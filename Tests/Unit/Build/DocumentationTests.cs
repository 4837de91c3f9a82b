using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using Reservoir.Network.Wire;
using Reservoir.Tests.Support;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>The documentation names tests and shell commands; they are there.</summary>
public sealed partial class DocumentationTests
{
    [Theory]
    [InlineData("docs/message-queues.md", 12)]
    [InlineData("docs/pools.md", 40)]
    [InlineData("docs/allocation-free.md", 10)]
    [InlineData("docs/network.md", 60)]
    [InlineData("docs/real-time.md", 20)]
    public void EveryTestThatAPromiseNamesExists(string document, int fewest)
    {
        HashSet<string> methods = Methods("Tests", "Kernel/Services/SelfTest");
        int named = 0;
        foreach (string line in File.ReadAllLines(Path.Combine(Repository.Root, document)))
        {
            string[] cells = line.Split('|');
            string last = cells.Length > 2 ? cells[^2] : line;
            foreach (Match name in Sentence().Matches(last))
            {
                Assert.True(methods.Contains(name.Groups[1].Value), $"{document} names {name.Groups[1].Value}, and there is no such test");
                named++;
            }
        }

        Assert.InRange(named, fewest, 200);
    }

    [Fact]
    public void EveryReasonToDropAFrameIsExplained()
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, "docs/network.md"));
        foreach (DropReason reason in Enum.GetValues<DropReason>())
        {
            Assert.Contains($"\n| {Encoding.UTF8.GetString(DropReasonText.Describe(reason))} | ", text, StringComparison.Ordinal);
        }
    }

    private static HashSet<string> Methods(params string[] folders)
    {
        var methods = new HashSet<string>();
        foreach (string folder in folders)
        {
            foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            {
                foreach (Match method in Method().Matches(File.ReadAllText(file)))
                {
                    methods.Add(method.Groups[1].Value);
                }
            }
        }

        return methods;
    }

    /// <summary>A name of at least four words in code quotes: no type or member of the kernel is that long, and an instruction is in
    /// capitals only.</summary>
    [GeneratedRegex("`((?=[A-Z]*[a-z])(?:[A-Z][a-z]*){4,})`")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"public (?:static )?(?:async )?(?:void|string\?|Task) (\w+)\(")]
    private static partial Regex Method();
}
