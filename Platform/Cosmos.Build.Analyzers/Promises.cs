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

    /// <summary>Whether a member may be called where nothing may be allocated: by its mark, its type's, its assembly's, or the mark of what it overrides or implements.</summary>
    public bool Covers(ISymbol member) => _known.GetOrAdd(member.OriginalDefinition, Find);

    /// <summary>Whether a field or property is set to its first value by code that must not allocate: by a constructor that promises it.</summary>
    public bool CoversInitializerOf(ISymbol member)
    {
        return !member.IsStatic && member.ContainingType.InstanceConstructors.Any(constructor => !constructor.IsImplicitlyDeclared && Covers(constructor));
    }

    private bool Find(ISymbol member)
    {
        if (IsMarked(member, _exemption))
        {
            return false;
        }

        if (IsMarked(member, _promise))
        {
            return true;
        }

        return member switch
        {
            // Code in a method is the method's.
            IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction } => Covers(member.ContainingSymbol),
            IMethodSymbol { AssociatedSymbol: { } owner } => Covers(owner),
            IMethodSymbol { MethodKind: MethodKind.StaticConstructor } => false,
            IMethodSymbol { MethodKind: MethodKind.Constructor, ContainingType.IsValueType: false } => false,
            INamedTypeSymbol type => IsMarkedAround(type),
            _ => (member.ContainingType is { } type && Covers(type)) || Base(member) is { } overridden && Covers(overridden) || ImplementsCovered(member),
        };
    }

    private bool IsMarkedAround(INamedTypeSymbol type)
    {
        return type.ContainingType is { } outer ? Covers(outer) : type.ContainingAssembly is { } assembly && Covers(assembly);
    }

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
        if (member.IsStatic || member is not (IMethodSymbol or IPropertySymbol or IEventSymbol) || member.ContainingType.TypeKind == TypeKind.Interface)
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

    private IEnumerable<ISymbol> CoveredMembers(INamedTypeSymbol contract) => contract.GetMembers().Where(member => member is not INamedTypeSymbol && Covers(member));
}
