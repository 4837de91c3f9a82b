using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Reservoir.Tests.Unit.Waiting;

/// <summary>
/// Who calls whom in a set of assemblies, as their code says. A virtual call counts as a call of every override and implementation.
/// </summary>
internal sealed class CallGraph
{
    private readonly Dictionary<MethodDefinition, HashSet<MethodDefinition>> _callers = [];
    private readonly Dictionary<MethodDefinition, List<MethodDefinition>> _overrides = [];
    private readonly HashSet<MethodDefinition> _becomeDelegates = [];
    private readonly HashSet<MethodDefinition> _methods;

    /// <param name="modules">The assemblies; calls into others are not followed.</param>
    public CallGraph(IReadOnlyCollection<ModuleDefinition> modules)
    {
        TypeDefinition[] types = modules.SelectMany(module => module.GetTypes()).ToArray();
        _methods = types.SelectMany(type => type.Methods).ToHashSet();
        foreach (TypeDefinition type in types)
        {
            FindOverrides(type);
        }

        foreach (MethodDefinition method in _methods.Where(method => method.HasBody))
        {
            FindCalls(method);
        }
    }

    /// <summary>Every method with a body or without.</summary>
    public IEnumerable<MethodDefinition> Methods => _methods;

    public IEnumerable<MethodDefinition> CallersOf(MethodDefinition method) =>
        _callers.TryGetValue(method, out HashSet<MethodDefinition>? callers) ? callers : [];

    /// <summary>Whether a method is called through a delegate, by who knows whom.</summary>
    public bool BecomesDelegate(MethodDefinition method) => _becomeDelegates.Contains(method);

    /// <summary>The methods that lead to others, and those themselves.</summary>
    public HashSet<MethodDefinition> WhateverReaches(IEnumerable<MethodDefinition> targets)
    {
        var reaching = new HashSet<MethodDefinition>(targets);
        var work = new Queue<MethodDefinition>(reaching);
        while (work.TryDequeue(out MethodDefinition? method))
        {
            foreach (MethodDefinition caller in CallersOf(method).Where(reaching.Add))
            {
                work.Enqueue(caller);
            }
        }

        return reaching;
    }

    private void FindOverrides(TypeDefinition type)
    {
        foreach (TypeDefinition ancestor in AncestorsOf(type))
        {
            foreach (MethodDefinition promised in ancestor.Methods.Where(method => method.IsVirtual && _methods.Contains(method)))
            {
                foreach (MethodDefinition method in type.Methods.Where(method => method.IsVirtual && IsImplementation(method, promised)))
                {
                    Add(_overrides, promised, method);
                }
            }
        }
    }

    private static bool IsImplementation(MethodDefinition method, MethodDefinition promised)
    {
        return method.Overrides.Any(reference => reference.Resolve() == promised)
            || (method.Name == promised.Name
                && method.Parameters.Select(parameter =>
                    parameter.ParameterType.FullName).SequenceEqual(
                    promised.Parameters.Select(parameter => parameter.ParameterType.FullName)));
    }

    private static IEnumerable<TypeDefinition> AncestorsOf(TypeDefinition type)
    {
        IEnumerable<TypeReference> direct = type.Interfaces.Select(contract => contract.InterfaceType);
        foreach (TypeDefinition? ancestor in (type.BaseType is null ? direct : direct.Append(type.BaseType)).Select(reference =>
            reference.Resolve()))
        {
            if (ancestor is not null)
            {
                yield return ancestor;
                foreach (TypeDefinition further in AncestorsOf(ancestor))
                {
                    yield return further;
                }
            }
        }
    }

    private void FindCalls(MethodDefinition caller)
    {
        foreach (Instruction instruction in caller.Body.Instructions)
        {
            if (instruction.Operand is not MethodReference reference || reference.Resolve() is not { } callee || !_methods.Contains(callee))
            {
                continue;
            }

            IEnumerable<MethodDefinition> callees = _overrides.TryGetValue(callee, out List<MethodDefinition>? overrides)
                ? overrides.Append(callee) : [callee];
            foreach (MethodDefinition each in callees)
            {
                if (instruction.OpCode.Code is Code.Ldftn or Code.Ldvirtftn)
                {
                    _becomeDelegates.Add(each);
                }
                else
                {
                    Add(_callers, each, caller);
                }
            }
        }
    }

    private static void Add<TList>(Dictionary<MethodDefinition, TList> map, MethodDefinition key, MethodDefinition value)
        where TList : ICollection<MethodDefinition>, new()
    {
        if (!map.TryGetValue(key, out TList? list))
        {
            map[key] = list = [];
        }

        list.Add(value);
    }
}
