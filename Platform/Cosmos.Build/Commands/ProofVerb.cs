using System.CommandLine;
using System.IO;
using Cosmos.Build.Proof;

namespace Cosmos.Build.Commands;

/// <summary><c>proof</c>: proves on the linked image that nothing is allocated where nothing may be.</summary>
internal static class ProofVerb
{
    public static Command Create()
    {
        var elf = new Argument<FileInfo>("elf") { Description = "The linked image." };
        var assemblies = new Option<string[]>("--assembly") { Description = "The name of one of the kernel's assemblies; for each." };
        var rules = new Option<FileInfo>("--rules") { Description = "The kernel's own rules, besides the SDK's." };
        var list = new Option<FileInfo>("--list") { Description = "The kernel's own list of indirect calls, besides the SDK's." };
        var report = new Option<FileInfo>("--report") { Description = "A file for the names of the functions that are reached." };
        elf.AcceptExistingOnly();
        rules.AcceptExistingOnly();
        list.AcceptExistingOnly();
        var verb = new Command("proof", "Proves that no interrupt, packet or kernel thread reaches an allocation.")
        {
            elf, assemblies, rules, list, report,
        };
        verb.SetAction(result => ProofRun.Run(result.GetValue(elf)!.FullName, result.GetValue(assemblies) ?? [],
            result.GetValue(rules)?.FullName, result.GetValue(list)?.FullName, result.GetValue(report)?.FullName));
        return verb;
    }
}
