using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Cosmos.Build.Host;

/// <summary>Knows what the host needs, sees what is missing, and installs it where that is possible.</summary>
internal static class HostTools
{
    /// <summary>Needed to build the ISO.</summary>
    public static IReadOnlyList<HostTool> ForBuilding { get; } =
    [
        new("nasm", "nasm"),
        new("ld", "binutils"),
        new("objcopy", "binutils"),
        new("grub-mkrescue", "grub-common"),
        new("xorriso", "xorriso"),
        new("mformat", "mtools"),
        new("/usr/lib/grub/i386-pc/boot.img", "grub-pc-bin"),
        new("/usr/lib/grub/x86_64-efi/moddep.lst", "grub-efi-amd64-bin"),
    ];

    /// <summary>Needed to boot it.</summary>
    public static IReadOnlyList<HostTool> ForBooting { get; } =
    [
        new("qemu-system-x86_64", "qemu-system-x86"),
    ];

    /// <summary>Needed besides to boot it with UEFI firmware.</summary>
    public static IReadOnlyList<HostTool> ForUefi { get; } =
    [
        new("/usr/share/ovmf/OVMF.fd", "ovmf"),
    ];

    /// <summary>The tools of a list that aren't there.</summary>
    /// <param name="tools">The list.</param>
    /// <param name="searchPath">Folders to look in, as in the variable PATH.</param>
    public static IReadOnlyList<HostTool> FindMissing(IEnumerable<HostTool> tools, string? searchPath)
    {
        string[] folders = [.. (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), "/usr/sbin", "/sbin"];
        return [.. tools.Where(tool => !IsPresent(tool, folders))];
    }

    /// <summary>One sentence that names everything that is missing, and how to get it.</summary>
    /// <param name="missing">What is missing; at least one.</param>
    public static string Describe(IReadOnlyCollection<HostTool> missing)
    {
        string names = string.Join(", ", missing.Select(tool => tool.Name));
        string packages = string.Join(' ', missing.Select(tool => tool.Package).Distinct());
        return $"These host tools are missing: {names}. On Debian: apt-get install {packages}";
    }

    /// <summary>Says what is missing, and installs nothing.</summary>
    /// <param name="tools">What is needed.</param>
    /// <returns>Whether everything is there.</returns>
    public static bool Check(params IEnumerable<HostTool>[] tools)
    {
        IReadOnlyList<HostTool> missing = FindMissing(tools.SelectMany(list => list), Environment.GetEnvironmentVariable("PATH"));
        if (missing.Count != 0)
        {
            Console.Error.WriteLine(Describe(missing));
        }

        return missing.Count == 0;
    }

    /// <summary>Sees to it that the tools are there: installs what is missing, or says what it is.</summary>
    /// <param name="tools">What is needed.</param>
    /// <returns>Whether everything is there now.</returns>
    public static bool Ensure(params IEnumerable<HostTool>[] tools)
    {
        HostTool[] needed = [.. tools.SelectMany(list => list)];
        IReadOnlyList<HostTool> missing = FindMissing(needed, Environment.GetEnvironmentVariable("PATH"));
        if (missing.Count != 0 && CanInstall)
        {
            Install(missing);
        }

        return Check(needed);
    }

    private static bool CanInstall =>
        OperatingSystem.IsLinux() && File.Exists("/usr/bin/apt-get") && (Environment.UserName == "root" || File.Exists("/usr/bin/sudo"));

    private static bool IsPresent(HostTool tool, string[] folders)
    {
        return Path.IsPathRooted(tool.Name) ? File.Exists(tool.Name) : folders.Any(folder => File.Exists(Path.Combine(folder, tool.Name)));
    }

    private static void Install(IReadOnlyList<HostTool> missing)
    {
        string[] packages = [.. missing.Select(tool => tool.Package).Distinct()];
        Console.Error.WriteLine($"Installing {string.Join(' ', packages)}");
        string[] prefix = Environment.UserName == "root" ? ["env"] : ["sudo", "env"];
        string[] aptGet = [.. prefix, "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
        HostProcess.RunQuietly([.. aptGet, "update"], LogOf("apt-update"));
        HostProcess.RunQuietly([.. aptGet, "install", "-y", "--no-install-recommends", .. packages], LogOf("apt-install"));
    }

    private static string LogOf(string step) => Path.Combine(Path.GetTempPath(), $"cosmos-{step}-{Environment.ProcessId}.log");
}
