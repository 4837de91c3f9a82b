using System;
using System.Collections.Generic;
using System.IO;

namespace Cosmos.Build.Host;

/// <summary>How <c>run</c> sets QEMU up.</summary>
internal sealed record Emulator
{
    private const long DiskBytes = 16 * 1024 * 1024;

    /// <summary>Megabytes of memory.</summary>
    public int MemoryMegabytes { get; init; } = 64;

    /// <summary>Options for the kernel.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>Whether to boot with UEFI firmware instead of BIOS.</summary>
    public bool Uefi { get; init; }

    /// <summary>Whether there is a disk.</summary>
    public bool HasDisk { get; init; } = true;

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
            "qemu-system-x86_64", "-m", $"{MemoryMegabytes}", "-cpu", "max", "-no-reboot", "-boot", "d", "-cdrom", Repository.Iso,
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

        if (HasDisk)
        {
            command.AddRange(["-drive", $"if=ide,index=0,format=raw,file={Escape(Repository.Disk)}"]);
        }

        if (Uefi)
        {
            command.AddRange(["-bios", "/usr/share/ovmf/OVMF.fd"]);
        }

        if (CommandLine.Length != 0)
        {
            command.AddRange(["-fw_cfg", $"name=opt/reservoir/cmdline,string={Escape(CommandLine)}"]);
        }

        return command;
    }

    /// <summary>Boots, and comes back when the machine is switched off.</summary>
    /// <returns>0 after a shutdown; what the kernel chose otherwise.</returns>
    public int Run()
    {
        if (!File.Exists(Repository.Iso))
        {
            Console.Error.WriteLine($"{Repository.Iso} isn't there: build it with ./build.sh iso");
            return 1;
        }

        if (HasDisk && !File.Exists(Repository.Disk))
        {
            using FileStream disk = File.Create(Repository.Disk);
            disk.SetLength(DiskBytes);
        }

        return HostProcess.Run(ToCommand());
    }

    /// <summary>A comma that does not end a value is doubled for QEMU.</summary>
    private static string Escape(string value) => value.Replace(",", ",,", StringComparison.Ordinal);
}
