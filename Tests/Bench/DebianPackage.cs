using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Cosmos.Build.Host;
using Reservoir.Tests.Support;

namespace Reservoir.Tests.Bench;

/// <summary>
/// A Debian package's files, taken from the package without installing it: the peers are measured as Debian ships them, and the host stays
/// as it is.
/// </summary>
/// <param name="Name">The package.</param>
/// <param name="Folder">Where its files are.</param>
internal sealed record DebianPackage(string Name, string Folder)
{
    /// <summary>Downloads a package, if it isn't there yet, into artifacts/debian.</summary>
    /// <param name="name">The package.</param>
    /// <exception cref="BenchException">It can't be had.</exception>
    public static DebianPackage Get(string name)
    {
        string downloads = Path.Combine(Repository.Artifacts, "debian");
        string folder = Path.Combine(downloads, name);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(downloads);
            if (!TryDownload(downloads, name) && !(Refresh() && TryDownload(downloads, name)))
            {
                throw new BenchException($"Debian's package {name} can't be downloaded; see artifacts/log/apt-download.log");
            }

            string file = Directory.GetFiles(downloads, $"{name}_*.deb").Single();
            string unpacked = folder + ".new";
            if (HostProcess.RunQuietly(["dpkg-deb", "-x", file, unpacked], Repository.Log("dpkg-deb.log")) != 0)
            {
                throw new BenchException($"{file} can't be unpacked");
            }

            Directory.Move(unpacked, folder);
            System.IO.File.Delete(file);
        }

        return new DebianPackage(name, folder);
    }

    /// <summary>The package that a package for the newest version stands for, such as linux-image-amd64.</summary>
    /// <param name="name">The package.</param>
    /// <param name="prefix">What the other's name begins with.</param>
    public static string Resolve(string name, string prefix)
    {
        var start = new ProcessStartInfo("apt-cache", ["depends", name]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new BenchException("apt-cache did not start");
        IReadOnlyList<string> words = process.StandardOutput.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return words.FirstOrDefault(word =>
            word != name
            && word.StartsWith(prefix, StringComparison.Ordinal)) ?? throw new BenchException($"Debian's package {name} is unknown to apt");
    }

    /// <summary>A file of the package.</summary>
    /// <param name="path">Its path in the package.</param>
    public string File(string path) => Path.Combine(Folder, path);

    private static bool TryDownload(string folder, string name)
    {
        foreach (string old in Directory.GetFiles(folder, $"{name}_*.deb"))
        {
            System.IO.File.Delete(old);
        }

        return HostProcess.RunQuietly(["sh", "-c", "cd \"$1\" && apt-get download \"$2\"", "sh", folder, name],
            Repository.Log("apt-download.log")) == 0;
    }

    private static bool Refresh() =>
        HostProcess.RunQuietly([.. Environment.UserName == "root" ? (string[])[] : ["sudo"], "apt-get", "-qq", "update"],
        Repository.Log("apt-update.log")) == 0;
}
