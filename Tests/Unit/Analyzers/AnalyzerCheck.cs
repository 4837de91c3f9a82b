using System;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Reservoir.Tests.Unit.Analyzers;

/// <summary>
/// Compiles a text against the class library that runs the tests, and compares what an analyzer says with the marks in the text:
/// <c>{|RSV1001:new object()|}</c>.
/// </summary>
internal sealed class AnalyzerCheck<TAnalyzer> : CSharpAnalyzerTest<TAnalyzer, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    private AnalyzerCheck(string source, params Type[] known)
    {
        TestCode = source;
        ReferenceAssemblies = new ReferenceAssemblies("net10.0");
        TestState.AdditionalReferences.AddRange(References.To(known));
    }

    /// <summary>Checks that the marked places, and no others, are reported.</summary>
    /// <param name="source">A whole file.</param>
    /// <param name="known">A type of each assembly that it refers to besides the class library.</param>
    public static Task Run(string source, params Type[] known) => new AnalyzerCheck<TAnalyzer>(source, known).RunAsync();

    /// <summary>Checks that what is expected, and nothing else, is reported.</summary>
    /// <param name="source">A whole file.</param>
    /// <param name="expected">Each report, with its message.</param>
    /// <param name="known">A type of each assembly that it refers to besides the class library.</param>
    public static Task Run(string source, DiagnosticResult[] expected, params Type[] known)
    {
        var check = new AnalyzerCheck<TAnalyzer>(source, known);
        check.ExpectedDiagnostics.AddRange(expected);
        return check.RunAsync();
    }

    protected override ParseOptions CreateParseOptions() => new CSharpParseOptions(LanguageVersion.Latest);

    protected override CompilationOptions CreateCompilationOptions()
    {
        return new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable);
    }
}
