using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace Cosmos.Build.Analyzers;

/// <content>Objects, boxes, delegates, exceptions, and the state of iterators and async methods.</content>
internal sealed partial class AllocationWalker
{
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

    public override void VisitThrow(IThrowOperation operation)
    {
        Report(AllocationRules.Throw, operation.Syntax, operation.Exception is { } exception
            ? Name(Unconverted(exception).Type) : "the exception again");
        base.VisitThrow(operation);
    }

    public override void VisitEventAssignment(IEventAssignmentOperation operation)
    {
        Report(AllocationRules.Delegate, operation.Syntax, Name(operation.EventReference.Type), " by combining two");
        base.VisitEventAssignment(operation);
    }

    private static bool YieldsHere(IOperation operation)
    {
        return operation is IReturnOperation { Kind: OperationKind.YieldReturn or OperationKind.YieldBreak }
            || (operation is not (IAnonymousFunctionOperation or ILocalFunctionOperation) && operation.ChildOperations.Any(YieldsHere));
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
}
