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
        verb.SetAction(result => options.Read(result).Run());
        return verb;
    }
}
