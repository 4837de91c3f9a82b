using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Reservoir.Tests.Support;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>The house rules that a program can check: how long a line is, and a file.</summary>
public sealed class HouseRulesTests
{
    private const int LongestLine = 140;
    private const int MostLines = 500;

    private static readonly string[] s_endings =
        [".cs", ".asm", ".md", ".c", ".pml", ".sh", ".ps1", ".targets", ".props", ".csproj"];

    /// <summary>Folders of what is built, not written.</summary>
    private static readonly string[] s_built = ["artifacts", "bin", "obj", "TestResults"];

    [Fact]
    public void NoLineIsTooLong()
    {
        string[] broken =
        [
            .. from file in Files(Repository.Root)
               from line in File.ReadLines(file).Select((text, i) => (text.Length, Number: i + 1))
               where line.Length > LongestLine
               select $"{Path.GetRelativePath(Repository.Root, file)}:{line.Number} has {line.Length} characters"
        ];
        Assert.True(broken.Length == 0, $"lines of more than {LongestLine} characters:\n{string.Join('\n', broken)}");
    }

    [Fact]
    public void NoFileIsTooLong()
    {
        string[] broken =
        [
            .. from file in Files(Repository.Root)
               let lines = File.ReadLines(file).Count()
               where lines > MostLines
               select $"{Path.GetRelativePath(Repository.Root, file)}:{MostLines + 1} is beyond the end, it has {lines} lines"
        ];
        Assert.True(broken.Length == 0, $"files of more than {MostLines} lines:\n{string.Join('\n', broken)}");
    }

    [Fact]
    public void FilesOfEveryKindAreLookedAt()
    {
        HashSet<string> found = [.. Files(Repository.Root).Select(Path.GetExtension).OfType<string>()];
        Assert.Equal(s_endings.Order(), found.Order());
    }

    private static IEnumerable<string> Files(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder).Where(file => s_endings.Contains(Path.GetExtension(file))))
        {
            yield return file;
        }

        foreach (string inner in Directory.EnumerateDirectories(folder).Where(IsSource))
        {
            foreach (string file in Files(inner))
            {
                yield return file;
            }
        }
    }

    private static bool IsSource(string folder)
    {
        string name = Path.GetFileName(folder);
        return !name.StartsWith('.') && !s_built.Contains(name);
    }
}
