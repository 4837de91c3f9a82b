using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Cosmos.Build.Analyzers;

/// <content>Arrays and other collections, and those that lie in the image or on the stack.</content>
internal sealed partial class AllocationWalker
{
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
}
