using System;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Cosmos.Build.Analyzers;

/// <summary>
/// Goes through the body of one allocation-free member and reports what allocates in it, and the calls that lead out of what is known to be
/// free.
/// </summary>
/// <remarks>
/// What the compiler decides counts, not what the source looks like: constant strings, empty arrays and tables of constants behind a
/// <c>ReadOnlySpan</c> lie in the image and are not reported.
/// </remarks>
internal sealed partial class AllocationWalker : OperationWalker
{
    /// <summary>The member itself is pointed at by the place of the report: its name is enough.</summary>
    private static readonly SymbolDisplayFormat s_shortName = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        memberOptions: SymbolDisplayMemberOptions.IncludeContainingType);

    private readonly ISymbol _member;
    private readonly Compilation _compilation;
    private readonly Promises _promises;
    private readonly Action<Diagnostic> _report;
    private readonly CancellationToken _cancellation;

    public AllocationWalker(ISymbol member, Compilation compilation, Promises promises, Action<Diagnostic> report,
        CancellationToken cancellation)
    {
        _member = member;
        _compilation = compilation;
        _promises = promises;
        _report = report;
        _cancellation = cancellation;
    }

    public override void VisitNameOf(INameOfOperation operation)
    {
        // A constant; its operand is never evaluated.
    }

    public override void VisitAttribute(IAttributeOperation operation)
    {
        // Made when somebody reflects on it, not when the code runs.
    }

    private void Report(DiagnosticDescriptor rule, SyntaxNode place, params object[] details)
    {
        _cancellation.ThrowIfCancellationRequested();
        _report(Diagnostic.Create(rule, place.GetLocation(), [_member.ToDisplayString(s_shortName), .. details]));
    }

    private static string Name(ISymbol? symbol) => symbol?.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat) ?? "?";
}
