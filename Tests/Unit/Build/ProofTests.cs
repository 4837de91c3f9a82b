using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Cosmos.Build.Proof;
using Cosmos.Build.Symbols;
using Xunit;

namespace Reservoir.Tests.Unit.Build;

/// <summary>The proof that nothing allocates where nothing may, on small images that are assembled here: it finds what was planted, and
/// nothing else.</summary>
public sealed class ProofTests : IDisposable
{
    private static readonly string[] s_rules = ["# for tests", "root | root | a", "forbidden | RhpNew | b", "", "end | RhpThrowEx | c"];

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
        Assert.ThrowsAny<InvalidDataException>(() => CallList.Add([], ["root | virtual+0x30"], "list", isShared: false));
    }

    [Fact]
    public void ACallThatBothListsNameIsAnError()
    {
        List<ListedCall> calls = [];
        CallList.Add(calls, ["root | pointer | - | the SDK's"], "shared", isShared: true);
        string message =
            Assert.Throws<InvalidDataException>(() => CallList.Add(calls, ["root | pointer | - | my own"], "own", isShared: false)).Message;
        Assert.Contains("own, line 1", message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALineOfTheSdkThatMatchesNothingIsNoFailure()
    {
        string[] image = ["root: ret", "harmless: ret", "RhpNewFast: ret", "RhpThrowEx: ret"];
        List<ListedCall> calls = [];
        CallList.Add(calls, ["root | pointer | harmless | a larger kernel does"], "shared", isShared: true);
        Assert.Empty(Prove(image, s_rules, calls).Failures);
    }

    [Fact]
    public void ATypeInALineOfTheSdkThatTheImageDoesNotHaveIsNoFailureAndInAKernelsOwnLineIsOne()
    {
        string[] image = ["root: call rax", "ret", "RhpNewFast: ret", "RhpThrowEx: ret"];
        string line = $"root | {FormOf(Assert.Single(Prove(image).Failures))} | Absent | objects of it are made by larger kernels";
        List<ListedCall> calls = [];
        CallList.Add(calls, [line], "shared", isShared: true);
        Assert.Empty(Prove(image, s_rules, calls).Failures);
        Assert.Contains("the image has no Absent", Assert.Single(Prove(image, line).Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void AKernelsRulesAddToTheSdks()
    {
        string[] image = ["root: ret", "second: call RhpNewFast", "ret", "RhpNewFast: ret", "RhpThrowEx: ret"];
        Assert.Empty(Prove(image).Failures);
        Assert.Contains("second", Assert.Single(Prove(image, [.. s_rules, "root | second | my own"], []).Failures),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("roots | start | misspelt")]
    [InlineData("root | start")]
    [InlineData("root | | nothing")]
    [InlineData("bodies | Body | without a slot")]
    [InlineData("bodies | Body+0xZ | no number")]
    public void ALineThatIsNoRuleIsAnErrorWithItsNumber(string line)
    {
        string message = Assert.Throws<InvalidDataException>(() => new ProofRules().Add(["# rules", line], "my rules")).Message;
        Assert.StartsWith("my rules, line 2:", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("My_Kernel_My_Kernel_Disk__Read", "My.Kernel.Disk.Read")]
    [InlineData("My_My_Kernel__Run", "My.Kernel.Run")]
    [InlineData("_ZTV12My_My_Kernel", "My.Kernel")]
    [InlineData("S_P_CoreLib_System_String__Concat", "System.String.Concat")]
    [InlineData("Other_Other_Type__Run", "Other_Other_Type__Run")]
    public void SymbolsAreReadableByTheNamesOfTheKernelsAssemblies(string symbol, string name)
    {
        Assert.Equal(name, new SymbolNames(["My", "My.Kernel"]).Readable(symbol));
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
        List<ListedCall> calls = [];
        CallList.Add(calls, list, "list", isShared: false);
        return Prove(image, s_rules, calls);
    }

    private AllocationProof Prove(string[] image, string[] rules, List<ListedCall> calls)
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
        var all = new ProofRules();
        all.Add(rules, "rules");
        return new AllocationProof(new KernelImage(File.ReadAllBytes(elf), new SymbolNames([])), all, calls);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
