using System.CommandLine;
using Cosmos.Build.Host;

namespace Cosmos.Build.Commands;

/// <summary><c>run</c>: installs what is missing, builds, boots to the shell.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var verb = new Command("run", "Builds the ISO and boots it in QEMU, with the shell on this terminal.");
        var options = new EmulatorOptions(verb);
        verb.SetAction(result =>
        {
            Emulator emulator = options.Read(result);
            bool ready = HostTools.Ensure(HostTools.ForBuilding, HostTools.ForBooting, emulator.Uefi ? HostTools.ForTesting : []);
            return ready && SolutionBuild.Build("Kernel/Reservoir/Reservoir.csproj") ? emulator.Run() : 1;
        });
        return verb;
    }
}
