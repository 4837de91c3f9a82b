using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Cosmos.Build.Analyzers;

/// <summary>Which members have promised not to allocate. One for each compilation; any thread.</summary>
internal sealed class Promises
{
    private readonly INamedTypeSymbol _promise;
    private readonly INamedTypeSymbol? _exemption;
    private readonly ConcurrentDictionary<ISymbol, bool> _known = new(SymbolEqualityComparer.Default);

    private Promises(INamedTypeSymbol promise, INamedTypeSymbol? exemption)
    {
        _promise = promise;
        _exemption = exemption;
    }

    /// <summary>The promises of a compilation; null if it doesn't know the attribute.</summary>
    public static Promises? Of(Compilation compilation)
    {
        return compilation.GetTypeByMetadataName("Cosmos.Common.AllocationFreeAttribute") is { } promise
            ? new Promises(promise, compilation.GetTypeByMetadataName("Cosmos.Common.MayAllocateAttribute"))
            : null;
    }

    /// <summary>
    /// Whether a member may be called where nothing may be allocated: by its mark, or that of what it overrides or implements; else by its
    /// type's or assembly's, unless it is exempt.
    /// </summary>
    public bool Covers(ISymbol member) => _known.GetOrAdd(member.OriginalDefinition, Find);

    /// <summary>Whether a field or property is set to its first value by code that must not allocate: by a constructor that promises
    /// it.</summary>
    public bool CoversInitializerOf(ISymbol member)
    {
        return !member.IsStatic
            && member.ContainingType.InstanceConstructors.Any(constructor => !constructor.IsImplicitlyDeclared && Covers(constructor));
    }

    private bool Find(ISymbol member)
    {
        if (IsMarked(member, _promise) || (Base(member) is { } overridden && Covers(overridden)) || ImplementsCovered(member))
        {
            return true;
        }

        return !IsExempt(member) && member switch
        {
            // Code in a method is the method's.
            IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction } => Covers(member.ContainingSymbol),
            IMethodSymbol { AssociatedSymbol: { } owner } => Covers(owner),
            IMethodSymbol { MethodKind: MethodKind.StaticConstructor } => false,
            IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType.IsValueType: false } => false,
            { ContainingType: { } type } => Covers(type),
            INamedTypeSymbol { ContainingAssembly: { } assembly } => Covers(assembly),
            _ => false,
        };
    }

    private bool IsExempt(ISymbol member) => IsMarked(member, _exemption) || (Base(member) is { } overridden && IsExempt(overridden));

    private static bool IsMarked(ISymbol symbol, INamedTypeSymbol? mark)
    {
        foreach (AttributeData data in mark is null ? [] : symbol.GetAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(data.AttributeClass, mark))
            {
                return true;
            }
        }

        return false;
    }

    private static ISymbol? Base(ISymbol member) => member switch
    {
        IMethodSymbol method => method.OverriddenMethod,
        IPropertySymbol property => property.OverriddenProperty,
        IEventSymbol @event => @event.OverriddenEvent,
        _ => null,
    };

    private bool ImplementsCovered(ISymbol member)
    {
        if (member is not (
            { IsStatic: false, ContainingType.TypeKind: not TypeKind.Interface } and (IMethodSymbol or IPropertySymbol or IEventSymbol)))
        {
            return false;
        }

        foreach (INamedTypeSymbol contract in member.ContainingType.AllInterfaces)
        {
            foreach (ISymbol promised in CoveredMembers(contract))
            {
                if (SymbolEqualityComparer.Default.Equals(member.ContainingType.FindImplementationForInterfaceMember(promised), member))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private IEnumerable<ISymbol> CoveredMembers(INamedTypeSymbol contract) =>
        contract.GetMembers().Where(member => member is not INamedTypeSymbol && Covers(member));
}
