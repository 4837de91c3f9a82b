using System.Collections.Generic;
using System.IO;
using System.Reflection;

namespace Reservoir.Tests.Machine;

/// <summary>How a machine is put together.</summary>
internal sealed record MachineSetup
{
    public int MemoryMegabytes { get; init; } = 64;

    /// <summary>The image of a disk that the lab's demonstrations may overwrite; null for none.</summary>
    public string? DemoDisk { get; init; }

    /// <summary>Options for the kernel.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>Whether the lab is booted, not the product.</summary>
    public bool Lab { get; init; }

    /// <summary>The image of the disk; null for none.</summary>
    public string? Disk { get; init; }

    /// <summary>The whole value of QEMU's <c>file=</c> for the disk, for errors on purpose.</summary>
    public string? DiskFile { get; init; }

    /// <summary>A file in which QEMU logs all writes to <see cref="Disk"/>; null for none. <see cref="Tests.Machine.WriteLog"/> reads
    /// it.</summary>
    public string? WriteLog { get; init; }

    /// <summary>Further disks: the place on the two channels, 1 or 3 (the CD drive is 2), and the image.</summary>
    public IReadOnlyList<(int Index, string Path)> MoreDisks { get; init; } = [];

    /// <summary>Port of the <see cref="EthernetPeer"/>; null for no network card.</summary>
    public int? NetworkPort { get; init; }

    /// <summary>Whether the card is on QEMU's own network (10.0.2.0/24 with a DHCP server), not on the peer's.</summary>
    public bool UserNetwork { get; init; }

    public string NetworkModel { get; init; } = "e1000";

    /// <summary>A file in which QEMU keeps every frame on the cable; null for none. <see cref="Capture"/> reads it.</summary>
    public string? CaptureFile { get; init; }

    /// <summary>QEMU's machine: <c>pc</c>, or <c>q35</c>, which has no IDE disks.</summary>
    public string Board { get; init; } = "pc";

    public bool Uefi { get; init; }

    /// <summary>The ISO that the build made.</summary>
    public static string Iso => Path.Combine(Artifacts, "reservoir.iso");

    /// <summary>The folder of everything that is built.</summary>
    public static string Artifacts { get; } = FindArtifacts();

    public IReadOnlyList<string> ToArguments(string folder)
    {
        List<string> arguments =
        [
            "-machine", Board, "-m", $"{MemoryMegabytes}", "-cpu", "max", "-no-reboot", "-boot", "d", "-cdrom", Iso, "-display", "none",
            "-chardev", $"socket,id=serial,path={Path.Combine(folder, "serial")}", "-serial", "chardev:serial",
            "-chardev", $"socket,id=monitor,path={Path.Combine(folder, "monitor")}", "-mon", "chardev=monitor,mode=control",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-smbios", $"type=11,value=boot:{(Lab ? "lab" : "reservoir")}",
        ];
        if (NetworkPort is int port)
        {
            arguments.AddRange(
                ["-netdev", $"socket,id=net,connect=127.0.0.1:{port}", "-device",
                $"{NetworkModel},netdev=net,mac={EthernetPeer.GuestHardwareText},romfile="]);
        }
        else if (UserNetwork)
        {
            arguments.AddRange(
                ["-netdev", "user,id=net", "-device", $"{NetworkModel},netdev=net,mac={EthernetPeer.GuestHardwareText},romfile="]);
        }
        else
        {
            arguments.AddRange(["-net", "none"]);
        }

        if (CaptureFile is not null)
        {
            arguments.AddRange(["-object", $"filter-dump,id=capture,netdev=net,file={CaptureFile}"]);
        }

        if (WriteLog is not null)
        {
            arguments.AddRange(
            [
                "-drive",
                $"if=ide,index=0,driver=blklogwrites,file.driver=file,file.filename={Disk},"
                    + $"log.driver=file,log.filename={WriteLog},log-sector-size=512",
            ]);
        }
        else if ((DiskFile ?? Disk) is { } file)
        {
            arguments.AddRange(["-drive", $"if=ide,index=0,format=raw,file={file}"]);
        }

        if (DemoDisk is not null)
        {
            arguments.AddRange(["-drive", $"if=ide,index=1,format=raw,file={DemoDisk}"]);
        }

        foreach ((int index, string path) in MoreDisks)
        {
            arguments.AddRange(["-drive", $"if=ide,index={index},format=raw,file={path}"]);
        }

        if (Uefi)
        {
            arguments.AddRange(["-bios", "/usr/share/ovmf/OVMF.fd"]);
        }

        string options = DemoDisk is null ? CommandLine : $"{CommandLine} demo-disk=ata1".TrimStart();
        if (options.Length != 0)
        {
            string value = options.Replace(",", ",,", System.StringComparison.Ordinal);
            arguments.AddRange(["-fw_cfg", $"name=opt/cosmos/cmdline,string={value}"]);
        }

        return arguments;
    }

    private static string FindArtifacts()
    {
        for (DirectoryInfo? folder = new(Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!); folder is not null; folder =
            folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Kernel.sln")))
            {
                return Path.Combine(folder.FullName, "artifacts");
            }
        }

        throw new FileNotFoundException("Kernel.sln was not found above the tests");
    }
}
