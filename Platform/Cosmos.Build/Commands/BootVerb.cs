using System.CommandLine;
using Cosmos.Build.Host;

namespace Cosmos.Build.Commands;

/// <summary><c>boot</c>: boots what is built. <c>dotnet run --project Kernel</c> calls it.</summary>
internal static class BootVerb
{
    public static Command Create()
    {
        var verb = new Command("boot", "Boots the ISO that is there, without building.");
        var options = new EmulatorOptions(verb);
        verb.SetAction(result =>
        {
            Emulator emulator = options.Read(result);
            return HostTools.Check(HostTools.ForBooting, emulator.Uefi ? HostTools.ForTesting : []) ? emulator.Run() : 1;
        });
        return verb;
    }
}
