using System;
using System.CommandLine;
using System.IO;
using Cosmos.Build.Host;
using Cosmos.Build.Proof;

namespace Cosmos.Build.Commands;

/// <summary><c>proof</c>: proves on the linked image that nothing is allocated where nothing may be.</summary>
internal static class ProofVerb
{
    public static Command Create()
    {
        var elf = new Argument<FileInfo>("elf")
        {
            Description = "The linked image; artifacts/kernel.elf if none is given.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var list = new Option<FileInfo>("--list")
        {
            Description =
            "The list of indirect calls; Platform/Cosmos.Build/Proof/indirect-calls.txt if none is given."
        };
        var report = new Option<FileInfo>("--report") { Description = "A file for the names of the functions that are reached." };
        elf.AcceptExistingOnly();
        list.AcceptExistingOnly();
        var verb = new Command("proof", "Proves that no interrupt, packet or kernel thread reaches an allocation.") { elf, list, report };
        verb.SetAction(result =>
        {
            string image = result.GetValue(elf)?.FullName ?? Repository.KernelImage;
            if (!File.Exists(image))
            {
                Console.Error.WriteLine($"{image} does not exist; build it with 'iso'");
                return 1;
            }

            return ProofRun.Run(image, result.GetValue(list)?.FullName ?? Repository.IndirectCalls, result.GetValue(report)?.FullName);
        });
        return verb;
    }
}
