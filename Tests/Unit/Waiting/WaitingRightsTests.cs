using System.Collections.Generic;
using System.IO;
using System.Linq;
using Cosmos.Common;
using Cosmos.Core;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Reservoir.Tests.Unit.Analyzers;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Waiting;

/// <summary>In the compiled kernel, every way to a wait goes through a right to wait.</summary>
public sealed class WaitingRightsTests
{
    [Fact]
    public void WhateverCanWaitIsGivenTheRight()
    {
        Assert.Empty(new WaitingRights(KernelAssemblies()).Unguarded);
    }

    [Fact]
    public void WaysToAWaitAreFound()
    {
        HashSet<string> waiting = new WaitingRights(KernelAssemblies()).Waiting.ToHashSet();
        string[] expected =
        [
            "AtaChannel.Execute", "AtaDrive.Read", "BlockingPool.Rent", "BlockingPool.TryRent", "Event.Wait", "FrameQueue.Wait",
                "Mutex.Lock", "ProtocolThread.Run", "RecordVolume.Mount",
            "Scheduler.Sleep", "Scheduler.Yield", "Semaphore.Wait", "AtaDrive.Write",
        ];
        Assert.Subset(waiting, expected.ToHashSet());
        Assert.DoesNotContain("Semaphore.Release", waiting);
        Assert.DoesNotContain("BufferPool.Return", waiting);
        Assert.DoesNotContain("E1000Card.HandleInterrupt", waiting);
    }

    [Fact]
    public void OnlyTheSchedulerGivesTheRight()
    {
        Assert.Equal(["Scheduler.BeginThread"], new WaitingRights(KernelAssemblies()).Givers);
    }

    [Fact]
    public void HandlerWithAForgedRightIsFound()
    {
        string[] unguarded = Unguarded(
            """
            private void HandleInterrupt(ref INTs.IRQContext context) => WaitInside();

            private void WaitInside() => Signal.Wait(default);

            public void Install() => INTs.SetIrqHandler(11, HandleInterrupt);
            """);
        Assert.Equal(["Driver.HandleInterrupt", "Driver.WaitInside"], unguarded);
    }

    [Fact]
    public void PublicMethodWithoutARightIsFoundAndWithOneIsNot()
    {
        string[] unguarded = Unguarded(
            """
            public void Bad() => Hidden(Any());

            public void Good(ThreadContext context) => Hidden(context);

            private void Hidden(ThreadContext context) => AlsoHidden();

            private void AlsoHidden() => Signal.Wait(Any());

            private static ThreadContext Any() => default;
            """);
        Assert.Equal(["Driver.Bad"], unguarded);
    }

    private static string[] Unguarded(string members)
    {
        string source =
            $$"""
            using Cosmos.Core;
            using Reservoir.Threads;

            public sealed class Driver
            {
                public Semaphore Signal = null!;

                {{members}}
            }
            """;
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release);
        IEnumerable<MetadataReference> references = References.To(typeof(Processor), typeof(INTs), typeof(Scheduler));
        CSharpCompilation compilation = CSharpCompilation.Create("Snippet", [CSharpSyntaxTree.ParseText(source)], references, options);
        var image = new MemoryStream();
        Assert.Empty(compilation.Emit(image).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        image.Position = 0;
        return new WaitingRights(KernelAssemblies().Append(image)).Unguarded.ToArray();
    }

    /// <summary>Every assembly of the kernel that lies beside the tests.</summary>
    private static IEnumerable<Stream> KernelAssemblies()
    {
        string folder = Path.GetDirectoryName(typeof(Scheduler).Assembly.Location)!;
        return Directory.EnumerateFiles(folder, "*.dll")
            .Where(file =>
                Path.GetFileName(file) is var name && (name.StartsWith("Reservoir.") || name.StartsWith("Cosmos."))
                && !name.Contains("Tests") && !name.StartsWith("Cosmos.Build"))
            .Select(file => (Stream)new MemoryStream(File.ReadAllBytes(file)));
    }
}
