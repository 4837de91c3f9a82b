using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Cosmos.Build.Analyzers;

/// <content>Strings: interpolation and sums.</content>
internal sealed partial class AllocationWalker
{
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
}
