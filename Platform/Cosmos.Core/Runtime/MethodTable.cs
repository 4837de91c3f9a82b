using System.Runtime.InteropServices;

namespace Cosmos.Core.Runtime;

/// <summary>The head of the compiler's description of a type, as far as allocation needs it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal readonly unsafe struct MethodTable
{
    private const uint HasComponentSize = 0x80000000;

    [FieldOffset(0)]
    private readonly uint _flags;

    [FieldOffset(8)]
    private readonly MethodTable* _relatedType;

    /// <summary>Size of an instance without its components, header and type pointer included, in bytes.</summary>
    [FieldOffset(4)]
    public readonly uint BaseSize;

    /// <summary>Size of one element of an array or string, in bytes.</summary>
    public nuint ComponentSize => (_flags & HasComponentSize) != 0 ? (ushort)_flags : 0u;

    /// <summary>Whether this is an array or a string, whose related type is not the base type.</summary>
    public bool IsArray => (_flags & HasComponentSize) != 0;

    /// <summary>The base type; null for <see cref="object"/>.</summary>
    public MethodTable* BaseType => _relatedType;
}
