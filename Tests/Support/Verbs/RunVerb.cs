using System.CommandLine;
using Cosmos.Build.Commands;
using Cosmos.Build.Host;

namespace Reservoir.Tests.Support.Verbs;

/// <summary><c>run</c>: installs what is missing, builds, boots to the shell.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var verb = new Command("run", "Builds the ISO and boots it in QEMU, with the shell on this terminal.");
        var options = new EmulatorOptions(verb);
        var lab = new Option<bool>("--lab") { Description = "Boot the lab: demonstrations and benchmarks, with a plan of their own." };
        verb.Options.Add(lab);
        verb.SetAction(result =>
        {
            bool isLab = result.GetValue(lab);
            Emulator emulator = options.Read(result, Repository.Iso, Repository.Disk, isLab ? Repository.LabKey : Repository.ProductKey);
            emulator = isLab && emulator.Disk is not null ? WithDemoDisk(emulator) : emulator;
            bool ready = HostTools.Ensure(HostTools.ForBuilding, HostTools.ForBooting, emulator.Uefi ? HostTools.ForUefi : []);
            return ready && SolutionBuild.Build(Repository.IsoProject) ? emulator.Run() : 1;
        });
        return verb;
    }

    /// <summary>The lab's demonstrations have a disk of their own, and are told that they may overwrite it.</summary>
    private static Emulator WithDemoDisk(Emulator emulator) => emulator with
    {
        SecondDisk = Repository.DemoDisk,
        CommandLine = $"{emulator.CommandLine} demo-disk=ata1".TrimStart(),
    };
}
