using System;
using System.IO;

namespace Reservoir.Tests.Support;

/// <summary>The checkout that this program was built in.</summary>
internal static class Repository
{
    /// <summary>The project that makes the ISO, and all that is on it.</summary>
    public const string IsoProject = "Kernel/Iso/Reservoir.Iso.csproj";

    /// <summary>The key of the product in the ISO's boot menu.</summary>
    public const string ProductKey = "reservoir";

    /// <summary>The key of the lab.</summary>
    public const string LabKey = "lab";

    /// <summary>The folder of Kernel.sln, found upwards from this program.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Everything that is built.</summary>
    public static string Artifacts => Path.Combine(Root, "artifacts");

    /// <summary>The bootable image.</summary>
    public static string Iso => Path.Combine(Artifacts, "reservoir.iso");

    /// <summary>The disk that the lab's demonstrations overwrite.</summary>
    public static string DemoDisk => Path.Combine(Artifacts, "demo.img");

    /// <summary>The disk that <c>run</c> uses.</summary>
    public static string Disk => Path.Combine(Artifacts, "disk.img");

    /// <summary>The SDK's tool.</summary>
    public static string BuildTool => Path.Combine(Artifacts, "bin", "Cosmos.Build", "debug", "Cosmos.Build.dll");

    /// <summary>What the build last told that tool to prove of a kernel.</summary>
    /// <param name="kernel">The name of the kernel's project.</param>
    public static string ProofArguments(string kernel) => Path.Combine(Artifacts, "obj", kernel, "debug", "proof.rsp");

    /// <summary>The place of a log, in a folder that is there.</summary>
    /// <param name="name">The log's name.</param>
    public static string Log(string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(Artifacts, "log")).FullName, name);

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
