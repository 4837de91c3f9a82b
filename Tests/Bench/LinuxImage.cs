using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Cosmos.Build.Host;
using Reservoir.Tests.Support;

namespace Reservoir.Tests.Bench;

/// <summary>Linux as Debian ships it, with a first file system that holds what it needs to be measured: busybox, the drivers of the
/// machine's devices, a program that measures.</summary>
internal sealed class LinuxImage
{
    /// <summary>What the host needs to build the measuring program.</summary>
    public static IReadOnlyList<HostTool> Tools { get; } = [new("gcc", "gcc"), new("/usr/lib/x86_64-linux-gnu/libc.a", "libc6-dev")];

    private static readonly string[] s_drivers = ["e1000", "ata_piix", "sd_mod"];

    private const string Start = """
        #!/bin/busybox sh
        # The first process: loads the drivers, sets the network up, then does what is typed.
        /bin/busybox mount -t proc proc /proc
        echo "uptime $(/bin/busybox cut -d ' ' -f 1 /proc/uptime)"
        /bin/busybox mount -t devtmpfs dev /dev
        libata=
        /bin/busybox grep -q bench=pio /proc/cmdline && libata=dma=0
        for module in $(/bin/busybox cat /modules); do
            case $module in
                libata.ko) /bin/busybox insmod /$module $libata ;;
                *) /bin/busybox insmod /$module ;;
            esac
        done
        /bin/busybox ip link set lo up
        /bin/busybox ip link set eth0 up
        /bin/busybox ip address add GUEST/24 dev eth0
        /bin/busybox arp -i eth0 -s OWN HARDWARE
        until [ -b /dev/sda ]; do /bin/busybox usleep 10000; done
        echo ready
        exec /bin/busybox sh
        """;

    private LinuxImage(string kernel, string fileSystem)
    {
        Kernel = kernel;
        FileSystem = fileSystem;
    }

    /// <summary>The kernel.</summary>
    public string Kernel { get; }

    /// <summary>Its first file system.</summary>
    public string FileSystem { get; }

    /// <summary>Gets the packages and puts it together.</summary>
    /// <exception cref="BenchException">Something is missing.</exception>
    public static LinuxImage Build()
    {
        DebianPackage linux = DebianPackage.Get(DebianPackage.Resolve("linux-image-amd64", "linux-image-"));
        DebianPackage busybox = DebianPackage.Get("busybox-static");
        string probe = Path.Combine(Repository.Artifacts, "debian", "linux-probe");
        string source = Path.Combine(Repository.Root, "Tests", "Bench", "Peers", "linux-probe.c");
        if (HostProcess.RunQuietly(["gcc", "-O2", "-static", "-o", probe, source], Repository.Log("linux-probe.log")) != 0)
        {
            throw new BenchException("the program that measures Linux can't be built");
        }

        string fileSystem = Path.Combine(Repository.Artifacts, "debian", "linux-files.gz");
        IReadOnlyList<string> modules = Order(Directory.GetFiles(linux.File("lib/modules"), "*.ko", SearchOption.AllDirectories));
        string start = Start.Replace("GUEST", FrameCable.GuestAddress, StringComparison.Ordinal)
            .Replace("OWN", FrameCable.OwnAddress, StringComparison.Ordinal)
            .Replace("HARDWARE", FrameCable.OwnHardwareAddress, StringComparison.Ordinal);
        using (var archive = new InitialFileSystem(fileSystem))
        {
            foreach (string folder in (string[])["bin", "dev", "proc"])
            {
                archive.AddFolder(folder);
            }

            archive.AddFile("bin/busybox", File.ReadAllBytes(busybox.File("bin/busybox")));
            archive.AddFile("bin/probe", File.ReadAllBytes(probe));
            archive.AddFile("init", Encoding.ASCII.GetBytes(start.ReplaceLineEndings("\n") + "\n"));
            archive.AddFile("modules", Encoding.ASCII.GetBytes(string.Join('\n', modules.Select(Path.GetFileName)) + "\n"));
            foreach (string module in modules)
            {
                archive.AddFile(Path.GetFileName(module), File.ReadAllBytes(module));
            }
        }

        return new LinuxImage(Directory.GetFiles(linux.File("boot"), "vmlinuz-*").Single(), fileSystem);
    }

    /// <summary>The drivers and what they need, each behind what it needs.</summary>
    private static IReadOnlyList<string> Order(IReadOnlyList<string> files)
    {
        Dictionary<string, string> byName = files.GroupBy(NameOf).ToDictionary(group => group.Key, group => group.First());
        List<string> ordered = [];
        foreach (string driver in s_drivers)
        {
            Add(driver, byName, ordered);
        }

        return ordered;
    }

    private static void Add(string name, Dictionary<string, string> byName, List<string> ordered)
    {
        if (!byName.TryGetValue(name, out string? file))
        {
            throw new BenchException($"Linux's driver {name} is not in Debian's package");
        }

        if (ordered.Contains(file))
        {
            return;
        }

        foreach (string needed in NeededBy(File.ReadAllBytes(file)))
        {
            Add(needed, byName, ordered);
        }

        ordered.Add(file);
    }

    /// <summary>The modules that one needs: the text behind <c>depends=</c> in its section <c>.modinfo</c>.</summary>
    internal static IReadOnlyList<string> NeededBy(ReadOnlySpan<byte> module)
    {
        ReadOnlySpan<byte> mark = "\0depends="u8;
        int at = module.IndexOf(mark);
        if (at < 0)
        {
            return [];
        }

        ReadOnlySpan<byte> rest = module[(at + mark.Length)..];
        string names = Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
        return [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => name.Replace('-', '_'))];
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file).Replace('-', '_');
}
