using System.CommandLine;
using System.IO;
using Cosmos.Build.Host;

namespace Cosmos.Build.Commands;

/// <summary><c>boot</c>: boots what is built. <c>dotnet run</c> calls it.</summary>
internal static class BootVerb
{
    public static Command Create()
    {
        var verb = new Command("boot", "Boots an ISO, without building.");
        var iso = new Argument<FileInfo>("iso") { Description = "The ISO. The disk is disk.img beside it." };
        var entry = new Option<string?>("--entry") { Description = "The key of the boot menu's entry; without it, the menu decides." };
        var options = new EmulatorOptions(verb);
        verb.Arguments.Add(iso);
        verb.Options.Add(entry);
        verb.SetAction(result =>
        {
            FileInfo file = result.GetValue(iso)!;
            Emulator emulator = options.Read(result, file.FullName, Path.Combine(file.DirectoryName!, "disk.img"), result.GetValue(entry));
            return HostTools.Check(HostTools.ForBooting, emulator.Uefi ? HostTools.ForUefi : []) ? emulator.Run() : 1;
        });
        return verb;
    }
}
