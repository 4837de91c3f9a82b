using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Cosmos.Build.Analyzers;

/// <content>Calls, and what the language makes one: the promise is passed on to whatever is called.</content>
internal sealed partial class AllocationWalker
{
    public override void VisitUnaryOperator(IUnaryOperation operation)
    {
        CheckOperator(operation.OperatorMethod, operation.Syntax);
        base.VisitUnaryOperator(operation);
    }

    public override void VisitIncrementOrDecrement(IIncrementOrDecrementOperation operation)
    {
        CheckOperator(operation.OperatorMethod, operation.Syntax);
        base.VisitIncrementOrDecrement(operation);
    }

    public override void VisitInvocation(IInvocationOperation operation)
    {
        IMethodSymbol method = operation.TargetMethod;
        if (operation.Instance?.Type is { IsValueType: true } boxed
            && method.ContainingType.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum)
        {
            Report(AllocationRules.Boxing, operation.Syntax, Name(operation.Instance!.Type), Name(method.ContainingType));
        }

        CheckCall(method, operation.Syntax);
        base.VisitInvocation(operation);
    }

    public override void VisitFunctionPointerInvocation(IFunctionPointerInvocationOperation operation)
    {
        if (operation.GetFunctionPointerSignature().CallingConvention == System.Reflection.Metadata.SignatureCallingConvention.Default)
        {
            Report(AllocationRules.UnmarkedCall, operation.Syntax, Name(operation.Target.Type));
        }

        base.VisitFunctionPointerInvocation(operation);
    }

    public override void VisitPropertyReference(IPropertyReferenceOperation operation)
    {
        CheckCall(operation.Property, operation.Syntax);
        base.VisitPropertyReference(operation);
    }

    public override void VisitImplicitIndexerReference(IImplicitIndexerReferenceOperation operation)
    {
        CheckCall(operation.LengthSymbol, operation.Syntax);
        CheckCall(operation.IndexerSymbol, operation.Syntax);
        base.VisitImplicitIndexerReference(operation);
    }

    public override void VisitForEachLoop(IForEachLoopOperation operation)
    {
        if (operation.Syntax is CommonForEachStatementSyntax loop && operation.SemanticModel is { } model
            && Unconverted(operation.Collection).Type is { } collection && collection.TypeKind != TypeKind.Array
                && collection.SpecialType != SpecialType.System_String)
        {
            ForEachStatementInfo info = model.GetForEachStatementInfo(loop);
            if (info.GetEnumeratorMethod is { ReturnType.IsReferenceType: true } maker)
            {
                Report(AllocationRules.Object, loop.Expression, Name(maker.ReturnType));
            }

            CheckCall(info.GetEnumeratorMethod, loop.Expression);
            CheckCall(info.MoveNextMethod, loop.Expression);
            CheckCall(info.CurrentProperty, loop.Expression);
            CheckCall(Implementation(info.DisposeMethod, info.GetEnumeratorMethod?.ReturnType), loop.Expression);
        }

        base.VisitForEachLoop(operation);
    }

    public override void VisitUsing(IUsingOperation operation)
    {
        CheckDisposals(operation.Resources);
        base.VisitUsing(operation);
    }

    public override void VisitUsingDeclaration(IUsingDeclarationOperation operation)
    {
        CheckDisposals(operation.DeclarationGroup);
        base.VisitUsingDeclaration(operation);
    }

    public override void VisitLock(ILockOperation operation)
    {
        Report(AllocationRules.UnknownCall, operation.Syntax, "Monitor.Enter", "System.Private.CoreLib");
        base.VisitLock(operation);
    }

    public override void VisitRecursivePattern(IRecursivePatternOperation operation)
    {
        CheckCall(operation.DeconstructSymbol, operation.Syntax);
        base.VisitRecursivePattern(operation);
    }

    public override void VisitListPattern(IListPatternOperation operation)
    {
        if (operation.InputType.TypeKind != TypeKind.Array)
        {
            CheckCall(operation.LengthSymbol, operation.Syntax);
            CheckCall(operation.IndexerSymbol, operation.Syntax);
        }

        base.VisitListPattern(operation);
    }

    public override void VisitDeconstructionAssignment(IDeconstructionAssignmentOperation operation)
    {
        if (operation.Syntax is AssignmentExpressionSyntax assignment && operation.SemanticModel is { } model)
        {
            CheckCall(model.GetDeconstructionInfo(assignment).Method, operation.Syntax);
        }

        base.VisitDeconstructionAssignment(operation);
    }

    private void CheckOperator(IMethodSymbol? method, SyntaxNode place)
    {
        if (method is not null)
        {
            CheckCall(method, place);
        }
    }

    private void CheckDisposals(IOperation resources)
    {
        ISymbol? contract = _compilation.GetSpecialType(SpecialType.System_IDisposable).GetMembers("Dispose").FirstOrDefault();
        IEnumerable<ITypeSymbol?> types = resources is IVariableDeclarationGroupOperation group
            ? group.Declarations.SelectMany(declaration => declaration.Declarators).Select(declarator =>
                (ITypeSymbol?)declarator.Symbol.Type)
            : [resources.Type];
        foreach (ITypeSymbol? type in types)
        {
            // A ref struct needs the method only, not the interface.
            ISymbol? pattern = type is { IsRefLikeType: true }
                ? type.GetMembers("Dispose").OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.IsEmpty) : null;
            CheckCall(pattern ?? Implementation(contract, type), resources.Syntax);
        }
    }

    /// <summary>What an interface's member comes to on a type, as far as the type tells.</summary>
    private static ISymbol? Implementation(ISymbol? member, ITypeSymbol? type)
    {
        return member is { ContainingType.TypeKind: TypeKind.Interface }
            ? type?.FindImplementationForInterfaceMember(member) ?? member : member;
    }

    /// <summary>The promise is passed on to whatever is called: a method, or a property for both its accessors.</summary>
    private void CheckCall(ISymbol? callee, SyntaxNode place)
    {
        if (callee is null || IsEmpty(callee) || _promises.Covers(callee) || KnownMembers.Include(callee))
        {
            return;
        }

        // Of a delegate the type has made the promise.
        ISymbol promised = callee is IMethodSymbol { MethodKind: MethodKind.DelegateInvoke } ? callee.ContainingType : callee;
        if (_promises.Covers(promised))
        {
            return;
        }

        if (SymbolEqualityComparer.Default.Equals(promised.ContainingAssembly, _compilation.Assembly))
        {
            Report(AllocationRules.UnmarkedCall, place, Name(promised));
        }
        else if (callee is IMethodSymbol { ReturnType.SpecialType: SpecialType.System_String })
        {
            Report(AllocationRules.String, place, $"'{Name(promised)}'");
        }
        else
        {
            Report(AllocationRules.UnknownCall, place, Name(promised), promised.ContainingAssembly?.Name ?? "?");
        }
    }

    /// <summary>Whether nothing but a field lies behind a member, so that it needs no mark: an automatic property, or the constructor that
    /// the compiler gives a structure.</summary>
    private static bool IsEmpty(ISymbol member)
    {
        return member switch
        {
            IMethodSymbol { MethodKind: MethodKind.Constructor, IsImplicitlyDeclared: true, ContainingType.IsValueType: true } => true,
            IMethodSymbol { MethodKind: MethodKind.LocalFunction } => true,
            { ContainingType.IsAnonymousType: true } => true,
            IPropertySymbol { IsVirtual: false, IsAbstract: false, IsOverride: false } property => IsAutomatic(property.OriginalDefinition),
            _ => false,
        };
    }

    private static bool IsAutomatic(IPropertySymbol property)
    {
        return new[] { property.GetMethod, property.SetMethod }.All(accessor => accessor is null || IsAutomatic(accessor));
    }

    private static bool IsAutomatic(IMethodSymbol accessor)
    {
        return accessor.DeclaringSyntaxReferences.IsEmpty
            ? accessor.GetAttributes().Any(data => data.AttributeClass is { Name: "CompilerGeneratedAttribute" })
            : accessor.DeclaringSyntaxReferences[0].GetSyntax() is ParameterSyntax or AccessorDeclarationSyntax
            {
                Body: null,
                ExpressionBody: null
            };
    }
}
