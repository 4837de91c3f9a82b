using System.CommandLine;
using System.IO;
using Cosmos.Build.Symbols;

namespace Cosmos.Build.Commands;

/// <summary><c>symbols</c>: the build asks for the table of symbols of the image.</summary>
internal static class SymbolsVerb
{
    public static Command Create()
    {
        var elf = new Argument<FileInfo>("elf") { Description = "The image after the first link." };
        var output = new Argument<FileInfo>("output") { Description = "The table to write." };
        var assemblies = new Option<string[]>("--assembly") { Description = "The name of one of the kernel's assemblies; for each." };
        elf.AcceptExistingOnly();
        var verb = new Command("symbols", "Writes the table from which the kernel names methods in stack traces.")
        {
            elf, output, assemblies,
        };
        verb.SetAction(result => SymbolTableWriter.Run(result.GetValue(elf)!.FullName, result.GetValue(output)!.FullName,
            result.GetValue(assemblies) ?? []));
        return verb;
    }
}
