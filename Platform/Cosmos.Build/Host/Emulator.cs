using System;
using System.Collections.Generic;
using System.IO;

namespace Cosmos.Build.Host;

/// <summary>How an ISO is booted in QEMU.</summary>
internal sealed record Emulator
{
    private const long DiskBytes = 16 * 1024 * 1024;

    /// <summary>The ISO.</summary>
    public required string Iso { get; init; }

    /// <summary>The key of an entry of the boot menu that is chosen at once; null to leave the choice to the menu.</summary>
    public string? BootKey { get; init; }

    /// <summary>Megabytes of memory.</summary>
    public int MemoryMegabytes { get; init; } = 64;

    /// <summary>Options for the kernel.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>Whether to boot with UEFI firmware instead of BIOS.</summary>
    public bool Uefi { get; init; }

    /// <summary>The image of the disk, made if it isn't there; null for no disk.</summary>
    public string? Disk { get; init; }

    /// <summary>The image of a second disk, made if it isn't there; null for none.</summary>
    public string? SecondDisk { get; init; }

    /// <summary>Whether there is a window with the screen.</summary>
    public bool HasDisplay { get; init; }

    /// <summary>QEMU's model of the network card.</summary>
    public string NetworkModel { get; init; } = "e1000";

    /// <summary>Whether a person sits at the terminal: then Ctrl-A X ends QEMU.</summary>
    public bool IsInteractive { get; init; } = !Console.IsInputRedirected;

    /// <summary>The program and its arguments.</summary>
    public IReadOnlyList<string> ToCommand()
    {
        List<string> command =
        [
            "qemu-system-x86_64", "-m", $"{MemoryMegabytes}", "-cpu", "max", "-no-reboot", "-boot", "d", "-cdrom", Iso,
            "-serial", IsInteractive ? "mon:stdio" : "stdio",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=4",
            "-nic", $"user,model={NetworkModel}",
        ];
        if (!HasDisplay)
        {
            command.AddRange(["-display", "none"]);
        }

        if (!IsInteractive)
        {
            command.AddRange(["-monitor", "none"]);
        }

        if (Disk is not null)
        {
            command.AddRange(["-drive", $"if=ide,index=0,format=raw,file={Escape(Disk)}"]);
        }

        if (SecondDisk is not null)
        {
            command.AddRange(["-drive", $"if=ide,index=1,format=raw,file={Escape(SecondDisk)}"]);
        }

        if (Uefi)
        {
            command.AddRange(["-bios", "/usr/share/ovmf/OVMF.fd"]);
        }

        if (BootKey is not null)
        {
            // GRUB reads it: build/Cosmos.Build.Iso.targets.
            command.AddRange(["-smbios", $"type=11,value=boot:{Escape(BootKey)}"]);
        }

        if (CommandLine.Length != 0)
        {
            command.AddRange(["-fw_cfg", $"name=opt/cosmos/cmdline,string={Escape(CommandLine)}"]);
        }

        return command;
    }

    /// <summary>Boots, and comes back when the machine is switched off.</summary>
    /// <returns>0 after a shutdown; what the kernel chose otherwise.</returns>
    public int Run()
    {
        if (!File.Exists(Iso))
        {
            Console.Error.WriteLine($"{Iso} isn't there: build it first");
            return 1;
        }

        Make(Disk);
        Make(SecondDisk);
        return HostProcess.Run(ToCommand());
    }

    private static void Make(string? image)
    {
        if (image is not null && !File.Exists(image))
        {
            using FileStream disk = File.Create(image);
            disk.SetLength(DiskBytes);
        }
    }

    /// <summary>A comma that does not end a value is doubled for QEMU.</summary>
    private static string Escape(string value) => value.Replace(",", ",,", StringComparison.Ordinal);
}
