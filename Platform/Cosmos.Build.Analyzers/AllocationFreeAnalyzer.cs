using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Cosmos.Build.Analyzers;

/// <summary>
/// Holds code that is marked <c>AllocationFree</c> to its promise, in the editor and in the build.
/// </summary>
/// <remarks>
/// It looks at one member at a time, and at the marks of what the member calls: so it costs the build next to nothing, and the promise is
/// closed under calls. What only the whole program
/// shows, such as the first use of a static field, is left to the check of the linked image.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class AllocationFreeAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        AllocationRules.Object,
        AllocationRules.Array,
        AllocationRules.Boxing,
        AllocationRules.Delegate,
        AllocationRules.String,
        AllocationRules.StateMachine,
        AllocationRules.Throw,
        AllocationRules.UnmarkedCall,
        AllocationRules.UnknownCall,
        AllocationRules.UnmarkedTarget,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (Promises.Of(start.Compilation) is { } promises)
            {
                start.RegisterOperationBlockAction(block => CheckBody(block, promises));
                start.RegisterOperationAction(operation => CheckTarget(operation, promises), OperationKind.DelegateCreation);
            }
        });
    }

    private static void CheckBody(OperationBlockAnalysisContext context, Promises promises)
    {
        ISymbol member = context.OwningSymbol;
        bool isInitializer = member is IFieldSymbol or IPropertySymbol;
        if (isInitializer ? !promises.CoversInitializerOf(member) : !promises.Covers(member))
        {
            return;
        }

        var walker = new AllocationWalker(member, context.Compilation, promises, context.ReportDiagnostic, context.CancellationToken);
        if (member is IMethodSymbol method && !method.DeclaringSyntaxReferences.IsEmpty)
        {
            walker.CheckStateMachine(method, method.DeclaringSyntaxReferences[0].GetSyntax(context.CancellationToken),
                context.OperationBlocks);
        }

        foreach (IOperation block in context.OperationBlocks)
        {
            walker.Visit(block);
        }
    }

    /// <summary>Whatever is called through an allocation-free delegate must be allocation-free itself.</summary>
    private static void CheckTarget(OperationAnalysisContext context, Promises promises)
    {
        var creation = (IDelegateCreationOperation)context.Operation;
        if (creation.Type is not { } type || !promises.Covers(type))
        {
            return;
        }

        switch (creation.Target)
        {
            case IMethodReferenceOperation reference when promises.Covers(reference.Method):
            case IAnonymousFunctionOperation when promises.Covers(context.ContainingSymbol):
                break;
            case IAnonymousFunctionOperation function:
                var walker = new AllocationWalker(type, context.Compilation, promises, context.ReportDiagnostic, context.CancellationToken);
                walker.CheckStateMachine(function.Symbol, function.Syntax, [function.Body]);
                walker.Visit(function.Body);
                break;
            case IMethodReferenceOperation { Method: var method }:
                Report(context, creation, method, type);
                break;
            case { Type: { } other } when !promises.Covers(other):
                Report(context, creation, other, type);
                break;
        }
    }

    private static void Report(OperationAnalysisContext context, IOperation creation, ISymbol target, ISymbol type)
    {
        SymbolDisplayFormat format = SymbolDisplayFormat.CSharpShortErrorMessageFormat;
        context.ReportDiagnostic(Diagnostic.Create(
            AllocationRules.UnmarkedTarget, creation.Syntax.GetLocation(), target.ToDisplayString(format), type.ToDisplayString(format)));
    }
}
