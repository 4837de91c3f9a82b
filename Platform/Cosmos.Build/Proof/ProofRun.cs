using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cosmos.Build.Symbols;

namespace Cosmos.Build.Proof;

/// <summary>Runs the proof on the files of a build and says what came out.</summary>
internal static class ProofRun
{
    private const int MostPrinted = 10;

    /// <summary>The SDK's own files, beside this program.</summary>
    private static readonly string s_sharedRules = Path.Combine(AppContext.BaseDirectory, "proof-rules.txt");
    private static readonly string s_sharedList = Path.Combine(AppContext.BaseDirectory, "indirect-calls.txt");

    /// <summary>Proves the rules of the SDK and of the kernel.</summary>
    /// <param name="elf">The linked image.</param>
    /// <param name="assemblies">The kernel's assemblies.</param>
    /// <param name="rules">The kernel's own rules; null for none.</param>
    /// <param name="list">The kernel's own list of indirect calls; null for none.</param>
    /// <param name="report">Where to write the functions that can be reached; null for nowhere.</param>
    /// <returns>0, or 1 with messages on standard error.</returns>
    public static int Run(string elf, IReadOnlyList<string> assemblies, string? rules, string? list, string? report)
    {
        try
        {
            var image = new KernelImage(File.ReadAllBytes(elf), new SymbolNames(assemblies));
            var proof = new AllocationProof(image, ReadRules(rules), ReadList(list));
            foreach (string failure in proof.Failures.Take(MostPrinted))
            {
                Console.Error.WriteLine($"proof: {failure}");
            }

            if (proof.Failures.Count > 0)
            {
                Console.Error.WriteLine(
                    $"proof: failed, {proof.Failures.Count} violations, the first {Math.Min(MostPrinted, proof.Failures.Count)} above");
                return 1;
            }

            Console.WriteLine($"proof: nothing that {proof.Roots} roots reach allocates; {proof.Reached} functions reached, "
                + $"indirect calls: {proof.Resolved} resolved, {proof.Listed} listed");
            if (report is not null)
            {
                File.WriteAllLines(report, proof.ReachedNames);
            }

            return 0;
        }
        catch (InvalidDataException e)
        {
            Console.Error.WriteLine($"proof: {e.Message}");
            return 1;
        }
    }

    private static ProofRules ReadRules(string? file)
    {
        var rules = new ProofRules();
        rules.Add(File.ReadAllLines(s_sharedRules), "the SDK's rules");
        if (file is not null)
        {
            rules.Add(File.ReadAllLines(file), file);
        }

        return rules;
    }

    private static List<ListedCall> ReadList(string? file)
    {
        List<ListedCall> calls = [];
        CallList.Add(calls, File.ReadAllLines(s_sharedList), "the SDK's list of indirect calls", isShared: true);
        if (file is not null)
        {
            CallList.Add(calls, File.ReadAllLines(file), file, isShared: false);
        }

        return calls;
    }
}
