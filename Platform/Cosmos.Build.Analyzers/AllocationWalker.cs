using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
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
internal sealed class AllocationWalker : OperationWalker
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

    /// <summary>Reports an iterator or async method, whose caller makes its state, however it looks inside.</summary>
    public void CheckStateMachine(IMethodSymbol method, SyntaxNode place, IEnumerable<IOperation> body)
    {
        if (method.IsAsync)
        {
            Report(AllocationRules.StateMachine, place, "is async");
        }
        else if (body.Any(YieldsHere))
        {
            Report(AllocationRules.StateMachine, place, "is an iterator");
        }
    }

    public override void VisitNameOf(INameOfOperation operation)
    {
        // A constant; its operand is never evaluated.
    }

    public override void VisitAttribute(IAttributeOperation operation)
    {
        // Made when somebody reflects on it, not when the code runs.
    }

    public override void VisitObjectCreation(IObjectCreationOperation operation)
    {
        if (operation.Type is { SpecialType: SpecialType.System_String })
        {
            Report(AllocationRules.String, operation.Syntax, "its constructor");
        }
        else if (operation.Type is { IsReferenceType: true } type)
        {
            if (!IsThrown(operation))
            {
                Report(AllocationRules.Object, operation.Syntax, Name(type));
            }
        }
        else if (operation.Constructor is { } constructor)
        {
            CheckCall(constructor, operation.Syntax);
        }

        base.VisitObjectCreation(operation);
    }

    public override void VisitTypeParameterObjectCreation(ITypeParameterObjectCreationOperation operation)
    {
        ReportObject(operation);
        base.VisitTypeParameterObjectCreation(operation);
    }

    public override void VisitAnonymousObjectCreation(IAnonymousObjectCreationOperation operation)
    {
        ReportObject(operation);
        base.VisitAnonymousObjectCreation(operation);
    }

    public override void VisitDynamicObjectCreation(IDynamicObjectCreationOperation operation)
    {
        ReportObject(operation);
        base.VisitDynamicObjectCreation(operation);
    }

    public override void VisitDynamicInvocation(IDynamicInvocationOperation operation)
    {
        Report(AllocationRules.Object, operation.Syntax, "dynamic");
        base.VisitDynamicInvocation(operation);
    }

    public override void VisitDynamicMemberReference(IDynamicMemberReferenceOperation operation)
    {
        Report(AllocationRules.Object, operation.Syntax, "dynamic");
        base.VisitDynamicMemberReference(operation);
    }

    public override void VisitDynamicIndexerAccess(IDynamicIndexerAccessOperation operation)
    {
        Report(AllocationRules.Object, operation.Syntax, "dynamic");
        base.VisitDynamicIndexerAccess(operation);
    }

    public override void VisitWith(IWithOperation operation)
    {
        if (operation.Type is { IsReferenceType: true })
        {
            ReportObject(operation);
        }

        base.VisitWith(operation);
    }

    public override void VisitArrayCreation(IArrayCreationOperation operation)
    {
        if (!IsEmptyParams(operation) && !IsTableInImage(operation))
        {
            Report(AllocationRules.Array, operation.Syntax, Name(operation.Type));
        }

        base.VisitArrayCreation(operation);
    }

    public override void VisitCollectionExpression(ICollectionExpressionOperation operation)
    {
        bool isSpan = operation.Type is INamedTypeSymbol { Name: "Span" or "ReadOnlySpan", ContainingNamespace.Name: "System" };
        bool isFree = operation.Elements.IsEmpty
            ? isSpan || operation.Type is IArrayTypeSymbol
            : isSpan && IsOnStack(operation);
        if (!isFree)
        {
            Report(AllocationRules.Array, operation.Syntax, Name(operation.Type));
        }

        base.VisitCollectionExpression(operation);
    }

    public override void VisitConversion(IConversionOperation operation)
    {
        // What is added to a string becomes one, and isn't boxed.
        if (operation.GetConversion().IsBoxing && operation.Parent is not (IBinaryOperation or ICompoundAssignmentOperation))
        {
            Report(AllocationRules.Boxing, operation.Syntax, Name(operation.Operand.Type), Name(operation.Type));
        }

        CheckOperator(operation.OperatorMethod, operation.Syntax);
        base.VisitConversion(operation);
    }

    public override void VisitDelegateCreation(IDelegateCreationOperation operation)
    {
        Report(AllocationRules.Delegate, operation.Syntax, Name(operation.Type), ClosureOf(operation));
        base.VisitDelegateCreation(operation);
    }

    public override void VisitAnonymousFunction(IAnonymousFunctionOperation operation)
    {
        if (operation.Parent is not IDelegateCreationOperation)
        {
            Report(AllocationRules.Object, operation.Syntax, "expression tree");
        }

        CheckStateMachine(operation.Symbol, operation.Syntax, [operation.Body]);
        base.VisitAnonymousFunction(operation);
    }

    public override void VisitLocalFunction(ILocalFunctionOperation operation)
    {
        if (operation.Body is { } body)
        {
            CheckStateMachine(operation.Symbol, operation.Syntax, [body]);
        }

        base.VisitLocalFunction(operation);
    }

    public override void VisitInterpolatedString(IInterpolatedStringOperation operation)
    {
        if (!operation.ConstantValue.HasValue && operation.Type is { SpecialType: SpecialType.System_String } && !IsForHandler(operation))
        {
            Report(AllocationRules.String, operation.Syntax, "interpolation");
        }

        base.VisitInterpolatedString(operation);
    }

    public override void VisitBinaryOperator(IBinaryOperation operation)
    {
        CheckSum(operation, operation.OperatorKind, operation.OperatorMethod);
        base.VisitBinaryOperator(operation);
    }

    public override void VisitCompoundAssignment(ICompoundAssignmentOperation operation)
    {
        CheckSum(operation, operation.OperatorKind, operation.OperatorMethod);
        base.VisitCompoundAssignment(operation);
    }

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

    public override void VisitThrow(IThrowOperation operation)
    {
        Report(AllocationRules.Throw, operation.Syntax, operation.Exception is { } exception
            ? Name(Unconverted(exception).Type) : "the exception again");
        base.VisitThrow(operation);
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

    public override void VisitEventAssignment(IEventAssignmentOperation operation)
    {
        Report(AllocationRules.Delegate, operation.Syntax, Name(operation.EventReference.Type), " by combining two");
        base.VisitEventAssignment(operation);
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

    private void CheckSum(IOperation operation, BinaryOperatorKind kind, IMethodSymbol? method)
    {
        bool isSum = kind is BinaryOperatorKind.Add or BinaryOperatorKind.Subtract;
        if (isSum && operation.Type is { SpecialType: SpecialType.System_String })
        {
            if (!operation.ConstantValue.HasValue && !IsForHandler(operation))
            {
                Report(AllocationRules.String, operation.Syntax, "concatenation");
            }
        }
        else if (isSum && operation.Type is { TypeKind: TypeKind.Delegate })
        {
            Report(AllocationRules.Delegate, operation.Syntax, Name(operation.Type), " by combining two");
        }
        else
        {
            CheckOperator(method, operation.Syntax);
        }
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

    private static bool YieldsHere(IOperation operation)
    {
        return operation is IReturnOperation { Kind: OperationKind.YieldReturn or OperationKind.YieldBreak }
            || (operation is not (IAnonymousFunctionOperation or ILocalFunctionOperation) && operation.ChildOperations.Any(YieldsHere));
    }

    /// <summary>An argument list for <c>params</c> with nothing in it is one object for ever, in the image.</summary>
    private static bool IsEmptyParams(IArrayCreationOperation operation)
    {
        return operation.IsImplicit && operation.DimensionSizes.All(size => size.ConstantValue is { HasValue: true, Value: 0 });
    }

    /// <summary>An array of constants that becomes a <c>ReadOnlySpan</c> at once is a table in the image.</summary>
    private bool IsTableInImage(IArrayCreationOperation operation)
    {
        return operation.Parent is IConversionOperation
        {
            Type: INamedTypeSymbol
            {
                Name: "ReadOnlySpan",
                ContainingNamespace.Name: "System"
            }
        }
            && operation.Initializer is { } initializer && operation.Type is IArrayTypeSymbol array
            && IsTableElement(array.ElementType) && initializer.ElementValues.All(element => element.ConstantValue.HasValue);
    }

    private bool IsTableElement(ITypeSymbol element)
    {
        SpecialType type = element is INamedTypeSymbol { EnumUnderlyingType: { } underlying }
            ? underlying.SpecialType : element.SpecialType;
        return type switch
        {
            SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Boolean => true,
            >= SpecialType.System_Char and <= SpecialType.System_Double and not SpecialType.System_Decimal =>
                _compilation.GetTypeByMetadataName("System.Runtime.CompilerServices.RuntimeHelpers") is { } helpers
                    && !helpers.GetMembers("CreateSpan").IsEmpty,
            _ => false,
        };
    }

    /// <summary>The elements of a span lie in the image or on the stack, if their number is known and the class library has inline
    /// arrays.</summary>
    private bool IsOnStack(ICollectionExpressionOperation operation)
    {
        return !operation.Elements.Any(element => element is ISpreadOperation)
            && (_compilation.GetTypeByMetadataName("System.Runtime.CompilerServices.InlineArrayAttribute") is not null
                || (operation.Type is INamedTypeSymbol { Name: "ReadOnlySpan" } span && IsTableElement(span.TypeArguments[0])
                    && operation.Elements.All(element => element.ConstantValue.HasValue)));
    }

    /// <summary>Whether an interpolated string goes to a handler that is no string, piece by piece.</summary>
    private static bool IsForHandler(IOperation operation)
    {
        IOperation? parent = operation.Parent;
        while (parent is IBinaryOperation or IInterpolatedStringAdditionOperation or IParenthesizedOperation)
        {
            parent = parent.Parent;
        }

        return parent is IInterpolatedStringHandlerCreationOperation { Type.Name: not "DefaultInterpolatedStringHandler" };
    }

    private static bool IsThrown(IOperation operation)
    {
        IOperation? parent = operation.Parent;
        while (parent is IConversionOperation)
        {
            parent = parent.Parent;
        }

        return parent is IThrowOperation;
    }

    private static IOperation Unconverted(IOperation operation)
    {
        while (operation is IConversionOperation { OperatorMethod: null } conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }

    private static string ClosureOf(IDelegateCreationOperation operation)
    {
        if (operation.Target is not IAnonymousFunctionOperation function || function.SemanticModel is not { } model)
        {
            return "";
        }

        ImmutableArray<ISymbol> captured = model.AnalyzeDataFlow(function.Syntax)?.CapturedInside ?? [];
        return captured.IsEmpty ? "" : " with a closure over " + string.Join(", ", captured.Select(symbol => symbol.Name));
    }

    private void ReportObject(IOperation operation) => Report(AllocationRules.Object, operation.Syntax, Name(operation.Type));

    private void Report(DiagnosticDescriptor rule, SyntaxNode place, params object[] details)
    {
        _cancellation.ThrowIfCancellationRequested();
        _report(Diagnostic.Create(rule, place.GetLocation(), [_member.ToDisplayString(s_shortName), .. details]));
    }

    private static string Name(ISymbol? symbol) => symbol?.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat) ?? "?";
}
