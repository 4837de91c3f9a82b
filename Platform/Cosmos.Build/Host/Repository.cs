using System;
using System.IO;

namespace Cosmos.Build.Host;

/// <summary>The checkout that this program was built in.</summary>
internal static class Repository
{
    /// <summary>The folder of Kernel.sln, found upwards from this program.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Everything that is built.</summary>
    public static string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The bootable image.</summary>
    public static string Iso => Path.Combine(Artifacts, "reservoir.iso");

    /// <summary>The linked kernel, with its symbols.</summary>
    public static string KernelImage => Path.Combine(Artifacts, "kernel.elf");

    /// <summary>What people know of indirect calls, for the proof.</summary>
    public static string IndirectCalls => Path.Combine(Root, "Platform", "Cosmos.Build", "Proof", "indirect-calls.txt");

    /// <summary>The disk that <c>run</c> uses.</summary>
    public static string Disk => Path.Combine(Artifacts, "disk.img");

    private static string FindRoot(string from)
    {
        for (DirectoryInfo? folder = new(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kernel.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"{from} is not inside a checkout: Kernel.sln was not found above it");
    }
}
