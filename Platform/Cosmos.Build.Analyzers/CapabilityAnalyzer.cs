using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Cosmos.Build.Analyzers;

/// <summary>
/// A <c>Capability</c> is given by the assembly that declares it: nobody else makes one, by <c>default</c>, by <c>new</c>, or out of other
/// memory.
/// </summary>
/// <remarks>
/// The language keeps a <c>ref struct</c> out of fields, closures and boxes, so with this rule a right can only be handed down the calls of
/// whom it was
/// given to. A structure that holds a capability counts as one.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CapabilityAnalyzer : DiagnosticAnalyzer
{
    private const string AttributeName = "Cosmos.Common.CapabilityAttribute";

    private static readonly DiagnosticDescriptor s_forged = new(
        "RSV2001",
        "A capability is given, not made",
        "'{0}' is a right that its assembly gives: it can't be made by {1}",
        "Capability",
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [s_forged];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.GetTypeByMetadataName(AttributeName) is not { } attribute)
            {
                return;
            }

            start.RegisterOperationAction(operation => CheckDefault(operation, attribute), OperationKind.DefaultValue);
            start.RegisterOperationAction(operation => CheckCreation(operation, attribute), OperationKind.ObjectCreation);
            start.RegisterOperationAction(operation =>
                CheckTypeArguments(operation, attribute), OperationKind.Invocation, OperationKind.MethodReference);
            start.RegisterOperationAction(operation => CheckLocal(operation, attribute), OperationKind.VariableDeclarator);
            start.RegisterOperationAction(operation => CheckArgument(operation, attribute), OperationKind.Argument);
            start.RegisterOperationAction(operation => CheckConstructor(operation, attribute), OperationKind.ConstructorBody);
            start.RegisterSyntaxNodeAction(node => CheckPointer(node, attribute), Microsoft.CodeAnalysis.CSharp.SyntaxKind.PointerType);
        });
    }

    private static void CheckDefault(OperationAnalysisContext context, INamedTypeSymbol attribute)
    {
        Check(context, context.Operation.Type, attribute, "'default'");
    }

    private static void CheckCreation(OperationAnalysisContext context, INamedTypeSymbol attribute)
    {
        var creation = (IObjectCreationOperation)context.Operation;
        if (creation.Constructor is null or { IsImplicitlyDeclared: true } && creation.Arguments.IsEmpty)
        {
            Check(context, creation.Type, attribute, "'new'");
        }
    }

    /// <summary>Generic code on a capability has no honest use: it is <c>Unsafe.As</c> or the like.</summary>
    private static void CheckTypeArguments(OperationAnalysisContext context, INamedTypeSymbol attribute)
    {
        IMethodSymbol method = context.Operation is IInvocationOperation invocation
            ? invocation.TargetMethod
            : ((IMethodReferenceOperation)context.Operation).Method;
        foreach (ITypeSymbol argument in method.TypeArguments.Concat(method.ContainingType.TypeArguments))
        {
            Check(context, argument, attribute, $"'{method.ContainingType.Name}.{method.Name}'");
        }
    }

    /// <summary>
    /// The compiler looks away from the private references of other assemblies' structures, and takes a variable that was never set for
    /// set.
    /// </summary>
    private static void CheckLocal(OperationAnalysisContext context, INamedTypeSymbol attribute)
    {
        var variable = (IVariableDeclaratorOperation)context.Operation;
        if (variable.GetVariableInitializer() is null && variable.Parent is not IForEachLoopOperation)
        {
            Check(context, variable.Symbol.Type, attribute, "declaring it without a value");
        }
    }

    private static void CheckArgument(OperationAnalysisContext context, INamedTypeSymbol attribute)
    {
        if (((IArgumentOperation)context.Operation).Parameter is { RefKind: RefKind.Out } parameter)
        {
            Check(context, parameter.Type, attribute, "an 'out' parameter");
        }
    }

    /// <summary>What a constructor leaves alone is <c>default</c>: it sets each capability in a statement of its own, whatever
    /// happens.</summary>
    private static void CheckConstructor(OperationAnalysisContext context, INamedTypeSymbol attribute)
    {
        var constructor = (IConstructorBodyOperation)context.Operation;
        if (context.ContainingSymbol is not IMethodSymbol { IsStatic: false, ContainingType: { IsRefLikeType: true } type }
            || CallsAnother(constructor))
        {
            return;
        }

        ISymbol[] set = (constructor.BlockBody ?? constructor.ExpressionBody)?.Operations.Select(Target).OfType<ISymbol>().ToArray() ?? [];
        foreach (IFieldSymbol field in HeldBy(type, context.Compilation, attribute))
        {
            if (!set.Contains(field.AssociatedSymbol ?? field, SymbolEqualityComparer.Default))
            {
                context.ReportDiagnostic(
                    Diagnostic.Create(s_forged, context.ContainingSymbol.Locations[0], type.Name,
                    $"a constructor that doesn't set '{(field.AssociatedSymbol ?? field).Name}'"));
            }
        }
    }

    private static bool CallsAnother(IConstructorBodyOperation constructor)
    {
        return constructor.Initializer is IExpressionStatementOperation { Operation: IInvocationOperation call }
            && call.TargetMethod.ContainingType.IsValueType;
    }

    private static ISymbol? Target(IOperation statement)
    {
        return statement is IExpressionStatementOperation { Operation: ISimpleAssignmentOperation assignment }
            && assignment.Target is IMemberReferenceOperation { Instance: IInstanceReferenceOperation } target
            ? target.Member
            : null;
    }

    private static IEnumerable<IFieldSymbol> HeldBy(INamedTypeSymbol type, Compilation compilation, INamedTypeSymbol attribute)
    {
        return type.GetMembers().OfType<IFieldSymbol>().Where(field =>
            !field.IsStatic && IsForeignCapability(field.Type, compilation, attribute));
    }

    private static void CheckPointer(SyntaxNodeAnalysisContext context, INamedTypeSymbol attribute)
    {
        if (context.SemanticModel.GetTypeInfo(context.Node).Type is IPointerTypeSymbol { PointedAtType: var type }
            && IsForeignCapability(type, context.Compilation, attribute))
        {
            context.ReportDiagnostic(Diagnostic.Create(s_forged, context.Node.GetLocation(), type.Name, "a pointer"));
        }
    }

    private static void Check(OperationAnalysisContext context, ITypeSymbol? type, INamedTypeSymbol attribute, string means)
    {
        if (IsForeignCapability(type, context.Compilation, attribute))
        {
            context.ReportDiagnostic(Diagnostic.Create(s_forged, context.Operation.Syntax.GetLocation(), type!.Name, means));
        }
    }

    /// <summary>Whether a type is a capability of another assembly, or holds one.</summary>
    private static bool IsForeignCapability(ITypeSymbol? type, Compilation compilation, INamedTypeSymbol attribute)
    {
        if (type is not INamedTypeSymbol { IsRefLikeType: true })
        {
            return false;
        }

        bool isCapability = type.GetAttributes().Any(data => SymbolEqualityComparer.Default.Equals(data.AttributeClass, attribute));
        return isCapability
            ? !SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly)
            : HeldBy((INamedTypeSymbol)type, compilation, attribute).Any();
    }
}
