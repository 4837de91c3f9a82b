using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Cosmos.Build.Proof;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>The proof that nothing allocates where nothing may, on small images that are assembled here: it finds what was planted, and
/// nothing else.</summary>
public sealed class ProofTests : IDisposable
{
    private static readonly ProofRules s_rules = new() { Roots = ["root"], ForbiddenPrefixes = ["RhpNew"], Ends = ["RhpThrowEx"] };

    private readonly string _folder = Directory.CreateTempSubdirectory("proof").FullName;

    [Fact]
    public void AnAllocationIsFoundWithTheChainOfCallsThatLeadsToIt()
    {
        AllocationProof proof = Prove("root: call first", "ret", "first: call second", "ret", "second: jmp RhpNewFast", "RhpNewFast: ret");
        string failure = Assert.Single(proof.Failures);
        int[] places =
            new[] { "root", "first", "second", "RhpNewFast" }.Select(name => failure.LastIndexOf(name, StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public void AnAllocationThatNobodyReachesIsNoFailure()
    {
        AllocationProof proof = Prove("root: call harmless", "ret", "harmless: ret", "other: call RhpNewFast", "ret", "RhpNewFast: ret");
        Assert.Empty(proof.Failures);
        Assert.Contains("harmless", proof.ReachedNames);
        Assert.DoesNotContain("other", proof.ReachedNames);
    }

    [Fact]
    public void ADirectionFlagThatIsSetAnywhereIsFound()
    {
        Assert.Contains("other sets the direction flag",
            Assert.Single(Prove("root: ret", "other: std", "cld", "ret", "RhpNewFast: ret", "RhpThrowEx: ret").Failures),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AFunctionThatRunsOnIntoTheNextReachesIt()
    {
        Assert.Single(Prove("root: inc eax", "behind: call RhpNewFast", "ret", "RhpNewFast: ret").Failures);
    }

    [Fact]
    public void AnAllocationOnTheWayToAFaultIsNoFailure()
    {
        Assert.Empty(
            Prove("root: test eax, eax", "jz .fine", "call RhpNewFast", "call RhpThrowEx", "int3", ".fine: ret", "RhpNewFast: ret",
            "RhpThrowEx: ret").Failures);
        Assert.Single(
            Prove("root: test eax, eax", "jz .fine", "call RhpNewFast", ".fine: ret", "RhpNewFast: ret", "RhpThrowEx: ret").Failures);
    }

    [Fact]
    public void AnIndirectCallThatIsNotListedIsAFailure()
    {
        Assert.Contains("neither resolved nor listed",
            Assert.Single(Prove("root: call rax", "ret", "RhpNewFast: ret", "RhpThrowEx: ret").Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void AListedIndirectCallIsFollowed()
    {
        string[] image = ["root: call rax", "ret", "harmless: ret", "guilty: call RhpNewFast", "ret", "RhpNewFast: ret", "RhpThrowEx: ret"];
        string form = FormOf(Assert.Single(Prove(image).Failures));
        Assert.Empty(Prove(image, $"root | {form} | harmless | the test knows").Failures);
        string failure = Assert.Single(Prove(image, $"root | {form} | harmless guilty | the test knows").Failures);
        Assert.Contains("guilty", failure, StringComparison.Ordinal);
        Assert.Contains("RhpNewFast", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEntryOfTheListThatMatchesNothingIsAFailure()
    {
        string[] image = ["root: call rax", "ret", "harmless: ret", "RhpNewFast: ret", "RhpThrowEx: ret"];
        string form = FormOf(Assert.Single(Prove(image).Failures));
        string failure =
            Assert.Single(
            Prove(image, $"root | {form} | harmless | the test knows", $"harmless | {form} | harmless | there was a call once").Failures);
        Assert.Contains("line 2", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void ARootThatTheImageDoesNotHaveIsAFailure()
    {
        Assert.Contains("root", Assert.Single(Prove("start: ret", "RhpNewFast: ret", "RhpThrowEx: ret").Failures),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AListWithTooFewColumnsIsAnError()
    {
        Assert.ThrowsAny<InvalidDataException>(() => CallList.Parse(["root | virtual+0x30"]));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The form of a call, as its failure names it.</summary>
    private static string FormOf(string failure)
    {
        string call = failure.Split("listed: ")[1].Split(" at 0x")[0];
        return call.Split(" | ")[1];
    }

    private AllocationProof Prove(params string[] lines)
    {
        string[] list = lines.Where(line => line.Contains(" | ", StringComparison.Ordinal)).ToArray();
        return Prove(lines.Except(list).ToArray(), list);
    }

    private AllocationProof Prove(string[] image, params string[] list)
    {
        string source = Path.Combine(_folder, "image.asm");
        string elf = Path.Combine(_folder, "image.elf");
        string[] labels =
            image.Where(line => line.Contains(':', StringComparison.Ordinal) && !line.StartsWith('.')).Select(line =>
            line.Split(':')[0]).ToArray();
        string[] missing = new[] { "RhpNewFast", "RhpThrowEx" }.Except(labels).Select(name => name + ": ret").ToArray();
        File.WriteAllLines(source,
            ["bits 64", "section .text",
            .. labels.Concat(missing.Select(line => line.Split(':')[0])).Select(label => $"global {label}:function"), .. image,
            .. missing]);
        Run("nasm", "-f", "elf64", "-o", source + ".o", source);
        Run("ld", "-e", labels[0], "-o", elf, source + ".o");
        return new AllocationProof(new KernelImage(File.ReadAllBytes(elf)), s_rules, CallList.Parse(list));
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
