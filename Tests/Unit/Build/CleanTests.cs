using System;
using System.IO;
using System.Linq;
using Reservoir.Tests.Support.Verbs;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary><c>clean</c> leaves the program that does it, and nothing else.</summary>
public sealed class CleanTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("reservoir-clean-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void OnlyTheBuildProgramStays()
    {
        Make("reservoir.iso", "disk.img", "log/build.log", "obj/Kernel/kernel.o", "obj/Cosmos.Build/a", "bin/stray", "bin/Kernel/a",
            "bin/Reservoir.Tests.Support/debug/a.dll");
        CleanVerb.Clean(_folder);
        string[] left =
            [.. Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder, file))];
        Assert.Equal([Path.Combine("bin", "Reservoir.Tests.Support", "debug", "a.dll")], left);
    }

    [Fact]
    public void SecondTimeIsNoError()
    {
        Make("bin/Reservoir.Tests.Support/debug/a.dll");
        CleanVerb.Clean(_folder);
        CleanVerb.Clean(_folder);
        Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    private void Make(params string[] files)
    {
        foreach (string file in files.Select(name => Path.Combine(_folder, name)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, "");
        }
    }
}
