using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cosmos.Build.Host;
using Reservoir.Tests.Support;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>What is missing on a host is found, and named in one message.</summary>
public sealed class HostToolsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reservoir-tools-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ProgramOnThePathIsThere()
    {
        File.WriteAllText(Path.Combine(_folder, "assemble-nothing"), "");
        Assert.Empty(HostTools.FindMissing([new("assemble-nothing", "nothing")], $"/nowhere{Path.PathSeparator}{_folder}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("/nowhere")]
    public void ProgramThatIsNotOnThePathIsMissing(string? path)
    {
        File.WriteAllText(Path.Combine(_folder, "assemble-nothing"), "");
        HostTool tool = new("assemble-nothing", "nothing");
        Assert.Equal([tool], HostTools.FindMissing([tool], path));
    }

    [Fact]
    public void FolderWithTheNameOfAProgramIsNotTheProgram()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "assemble-nothing"));
        Assert.Single(HostTools.FindMissing([new("assemble-nothing", "nothing")], _folder));
    }

    [Fact]
    public void FileWithItsWholePathIsFoundWithoutThePath()
    {
        string file = Path.Combine(_folder, "boot.img");
        File.WriteAllText(file, "");
        HostTool absent = new(Path.Combine(_folder, "other.img"), "other");
        Assert.Equal([absent], HostTools.FindMissing([new(file, "grub"), absent], ""));
    }

    [Fact]
    public void MissingToolsAreReportedInTheOrderOfTheList()
    {
        File.WriteAllText(Path.Combine(_folder, "second"), "");
        IReadOnlyList<HostTool> missing = HostTools.FindMissing([new("third", "c"), new("second", "b"), new("first", "a")], _folder);
        Assert.Equal(["third", "first"], missing.Select(tool => tool.Name));
    }

    [Fact]
    public void OneSentenceNamesEveryToolAndEachPackageOnce()
    {
        string text = HostTools.Describe([new("ld-x", "binutils-x"), new("objcopy-x", "binutils-x"), new("nasm-x", "nasm")]);
        Assert.DoesNotContain('\n', text);
        Assert.Contains("ld-x, objcopy-x, nasm-x", text, StringComparison.Ordinal);
        Assert.EndsWith("apt-get install binutils-x nasm", text, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryToolOfTheLongListsIsNamedOnce()
    {
        HostTool[] all = [.. HostTools.ForBuilding, .. HostTools.ForBooting, .. TestTools.All];
        Assert.Equal(all.Length, all.Select(tool => tool.Name).Distinct().Count());
        Assert.Equal(
            ["binutils", "grub-common", "grub-efi-amd64-bin", "grub-pc-bin", "mtools", "nasm", "ovmf", "qemu-system-x86", "tshark",
                "xorriso"],
            all.Select(tool => tool.Package).Distinct().Order(StringComparer.Ordinal));
    }
}
