using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace Cosmos.Build.Analyzers;

/// <summary>
/// What is known of the class library, which carries no marks: members that allocate nothing (unless they throw, which their callers see
/// to).
/// </summary>
/// <remarks>Short on purpose. What makes a string or an array is never known, whatever its type.</remarks>
internal static class KnownMembers
{
    private static readonly SymbolDisplayFormat s_fullName = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters);

    /// <summary>Types of which every member is free, but for those that make strings, arrays and other collections.</summary>
    private static readonly HashSet<string> s_types =
    [
        "System.Span<T>",
        "System.ReadOnlySpan<T>",
        "System.Span<T>.Enumerator",
        "System.ReadOnlySpan<T>.Enumerator",
        "System.Runtime.InteropServices.MemoryMarshal",
        "System.Buffers.Binary.BinaryPrimitives",
        "System.Buffers.Text.Utf8Formatter",
        "System.Buffers.Text.Utf8Parser",
        "System.Numerics.BitOperations",
        "System.Runtime.CompilerServices.Unsafe",
        "System.Threading.Interlocked",
        "System.Threading.Volatile",
        "System.Math",
        "System.MathF",
        "System.Index",
        "System.Range",
        "System.Nullable<T>",
        "System.Int128",
        "System.UInt128",
        "System.Half",
    ];

    /// <summary>Single members of other types.</summary>
    private static readonly HashSet<string> s_members =
    [
        "System.Object..ctor",
        "System.Object.ReferenceEquals",
        "System.String.Length",
        "System.String.this[]",
        "System.String.Equals",
        "System.String.op_Equality",
        "System.String.op_Inequality",
        "System.String.op_Implicit",
        "System.String.IsNullOrEmpty",
        "System.String.CompareOrdinal",
        "System.String.GetPinnableReference",
        "System.Array.Length",
        "System.Array.LongLength",
        "System.Array.GetLength",
        "System.Array.Clear",
        "System.Array.Fill",
        "System.Buffer.MemoryCopy",
        "System.Buffer.BlockCopy",
        "System.BitConverter.DoubleToInt64Bits",
        "System.BitConverter.Int64BitsToDouble",
        "System.GC.KeepAlive",
        "System.Threading.Thread.MemoryBarrier",
        "System.Threading.Thread.SpinWait",
        "System.Runtime.CompilerServices.RuntimeHelpers.CreateSpan",
        "System.Runtime.CompilerServices.RuntimeHelpers.IsReferenceOrContainsReferences",
        "System.MemoryExtensions.AsSpan",
        "System.MemoryExtensions.CommonPrefixLength",
        "System.MemoryExtensions.Contains",
        "System.MemoryExtensions.ContainsAnyExcept",
        "System.MemoryExtensions.EndsWith",
        "System.MemoryExtensions.IndexOf",
        "System.MemoryExtensions.IndexOfAny",
        "System.MemoryExtensions.IndexOfAnyExcept",
        "System.MemoryExtensions.LastIndexOf",
        "System.MemoryExtensions.Overlaps",
        "System.MemoryExtensions.SequenceEqual",
        "System.MemoryExtensions.StartsWith",
        "System.MemoryExtensions.Trim",
        "System.MemoryExtensions.TrimEnd",
        "System.MemoryExtensions.TrimStart",
    ];

    public static bool Include(ISymbol member)
    {
        ISymbol definition = member.OriginalDefinition;
        return !MakesObject(definition)
            && (IsOfFreeType(definition)
            || s_members.Contains($"{definition.ContainingType.ToDisplayString(s_fullName)}.{definition.Name}"));
    }

    private static bool IsOfFreeType(ISymbol member)
    {
        INamedTypeSymbol type = member.ContainingType;
        return IsPrimitive(type)
            ? !IsParsing(member)
            : s_types.Contains(type.ToDisplayString(s_fullName)) || IsIntrinsic(type.ContainingNamespace);
    }

    private static bool IsPrimitive(INamedTypeSymbol type)
    {
        return type.SpecialType is (
            >= SpecialType.System_Boolean and <= SpecialType.System_Double) or SpecialType.System_IntPtr or SpecialType.System_UIntPtr
            && type.SpecialType != SpecialType.System_Decimal;
    }

    /// <summary>Numbers as text ask for the culture, an object that is made at its first use.</summary>
    private static bool IsParsing(ISymbol member) => member.Name is "Parse" or "TryParse" or "TryFormat" or "GetTypeCode";

    private static bool IsIntrinsic(INamespaceSymbol? space)
    {
        string name = space?.ToDisplayString() ?? "";
        return name == "System.Runtime.Intrinsics" || name.StartsWith("System.Runtime.Intrinsics.", System.StringComparison.Ordinal);
    }

    private static bool MakesObject(ISymbol member)
    {
        return member is IMethodSymbol { ReturnType: { SpecialType: SpecialType.System_String } or IArrayTypeSymbol };
    }
}
