using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Cosmos.Build.Analyzers;
using Cosmos.Common;
using Cosmos.Core;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Reservoir.Tests.Unit.Analyzers;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Waiting;

/// <summary>Compiles code as the kernel's projects are compiled: against the kernel's own assemblies, with its analyzers.</summary>
internal static class HandlerCompilation
{
    /// <summary>The errors of a class with an interrupt handler and a thread's body.</summary>
    /// <param name="handler">What the handler does.</param>
    /// <param name="body">What the thread does with its <c>context</c>.</param>
    /// <param name="members">Fields and methods of the class.</param>
    public static async Task<string[]> GetErrors(string handler = "", string body = "", string members = "")
    {
        string source =
            $$"""
            #nullable disable
            #pragma warning disable CS8500 // A pointer to a managed type; the kernel's projects have it as an error.
            using System;
            using System.Runtime.CompilerServices;
            using Cosmos.Core;
            using Reservoir.Pools;
            using Reservoir.Threads;

            public sealed unsafe class Driver : ThreadBody
            {
                {{members}}

                public void Install() => INTs.SetIrqHandler(11, HandleInterrupt);

                public override void Run(ThreadContext context)
                {
                    {{body}}
                }

                [Cosmos.Common.AllocationFree]
                private void HandleInterrupt(ref INTs.IRQContext registers)
                {
                    {{handler}}
                }

                [Cosmos.Common.AllocationFree]
                private static T Any<T>() => default;
            }
            """;
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true);
        IEnumerable<MetadataReference> references = References.To(typeof(Processor), typeof(INTs), typeof(Scheduler));
        Compilation compilation = CSharpCompilation.Create("Snippet", [CSharpSyntaxTree.ParseText(source)], references, options);
        ImmutableArray<DiagnosticAnalyzer> analyzers = [new CapabilityAnalyzer(), new AllocationFreeAnalyzer()];
        ImmutableArray<Diagnostic> diagnostics = await compilation.WithAnalyzers(analyzers).GetAllDiagnosticsAsync();
        return diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(diagnostic =>
            diagnostic.Id).Distinct().Order().ToArray();
    }
}
