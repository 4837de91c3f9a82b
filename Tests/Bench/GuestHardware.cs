using System.Collections.Generic;
using System.IO;
using Reservoir.Tests.Support;

namespace Reservoir.Tests.Bench;

/// <summary>The machine in which everything is measured, for this kernel and for its peers alike: processor, memory, network card,
/// disk.</summary>
internal static class GuestHardware
{
    /// <summary>The Ethernet address of its network card.</summary>
    public const string HardwareAddress = "52:54:00:12:34:56";

    private const long DiskBytes = 256 << 20;

    /// <summary>The disk's image, which the benchmarks only read.</summary>
    public static string Disk => Path.Combine(Repository.Artifacts, "bench-disk.img");

    /// <summary>QEMU's arguments, without what is booted. Several machines may have the disk at once: nobody writes to it.</summary>
    /// <param name="cable">The network card's cable.</param>
    public static IReadOnlyList<string> ToArguments(FrameCable? cable = null)
    {
        if (!File.Exists(Disk))
        {
            using FileStream image = File.Create(Disk);
            image.SetLength(DiskBytes);
        }

        // QEMU's own network, which says nothing unasked, where nobody is at the other end of the cable.
        string netdev = cable is null ? "user,id=net,restrict=on,ipv6=off" : cable.ToNetdev("net");
        return
        [
            "-m", "256", "-cpu", "max", "-no-reboot", "-display", "none", "-monitor", "none", "-serial", "stdio",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
            "-netdev", netdev, "-device", $"e1000,netdev=net,mac={HardwareAddress},romfile=",
            "-drive", $"if=ide,index=0,format=raw,file.locking=off,file={Disk.Replace(",", ",,", System.StringComparison.Ordinal)}",
        ];
    }
}
