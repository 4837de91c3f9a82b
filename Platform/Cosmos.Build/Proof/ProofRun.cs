using System;
using System.IO;
using System.Linq;

namespace Cosmos.Build.Proof;

/// <summary>Runs the proof on the files of a build and says what came out.</summary>
internal static class ProofRun
{
    private const int MostPrinted = 10;

    /// <summary>Proves the kernel's rules.</summary>
    /// <param name="elf">The linked image.</param>
    /// <param name="list">The list of indirect calls.</param>
    /// <param name="report">Where to write the functions that can be reached; null for nowhere.</param>
    /// <returns>0, or 1 with messages on standard error.</returns>
    public static int Run(string elf, string list, string? report)
    {
        try
        {
            var proof =
                new AllocationProof(new KernelImage(File.ReadAllBytes(elf)), ProofRules.Kernel, CallList.Parse(File.ReadAllLines(list)));
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

            Console.WriteLine(
                $"proof: nothing that {proof.Roots} roots reach allocates; {proof.Reached} functions reached, indirect calls: {proof.Resolved} resolved, {proof.Listed} listed");
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
}
