using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mono.Cecil;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Waiting;

/// <summary>Which methods of some assemblies can wait, and which of them could do so without having been given the right.</summary>
internal sealed class WaitingRights
{
    private readonly CallGraph _calls;
    private readonly HashSet<MethodDefinition> _givers;

    /// <param name="assemblies">Files, or assemblies in memory; the kernel's core among them.</param>
    public WaitingRights(IEnumerable<Stream> assemblies)
    {
        var resolver = new DefaultAssemblyResolver();
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(Scheduler).Assembly.Location));
        resolver.AddSearchDirectory(Path.GetDirectoryName(typeof(object).Assembly.Location));
        var known = new KnownModules(resolver);
        ModuleDefinition[] modules = assemblies.Select(known.Read).ToArray();
        _calls = new CallGraph(modules);
        MethodDefinition[] blocking =
            _calls.Methods.Where(method =>
            method.DeclaringType.FullName == typeof(Scheduler).FullName
            && method.Name is "BeginWait" or "BeginPlainWait" or nameof(Scheduler.Yield)).ToArray();
        CanWait = _calls.WhateverReaches(blocking);
        _givers = _calls.Methods.Where(method =>
            method.IsConstructor && method.DeclaringType.FullName == typeof(ThreadContext).FullName && !method.IsStatic)
            .SelectMany(_calls.CallersOf)
            .ToHashSet();
    }

    /// <summary>Every method from which a wait can be reached.</summary>
    public IReadOnlySet<MethodDefinition> CanWait { get; }

    /// <summary>The methods that make a right to wait.</summary>
    public IEnumerable<string> Givers => _givers.Select(NameOf);

    /// <summary>The names of what can wait.</summary>
    public IEnumerable<string> Waiting => CanWait.Select(NameOf);

    /// <summary>
    /// What can wait without a right: neither is it given one, nor is it a hidden part of what is. A hidden part has callers, and all of
    /// them have the right; nobody
    /// calls it through a delegate.
    /// </summary>
    public IEnumerable<string> Unguarded
    {
        get
        {
            HashSet<MethodDefinition> guarded = CanWait.Where(method => HasRight(method) || IsHiddenPart(method)).ToHashSet();
            while (guarded.RemoveWhere(method => !HasRight(method) && !_calls.CallersOf(method).All(guarded.Contains)) != 0)
            {
            }

            return CanWait.Except(guarded).Select(NameOf).Order();
        }
    }

    private bool IsHiddenPart(MethodDefinition method)
    {
        bool isHidden = !method.DeclaringType.IsPublic || method.IsPrivate || method.IsAssembly || method.IsFamilyAndAssembly;
        return isHidden && !_calls.BecomesDelegate(method) && _calls.CallersOf(method).Any();
    }

    private bool HasRight(MethodDefinition method)
    {
        return _givers.Contains(method)
            || method.Parameters.Any(parameter => IsRight(parameter.ParameterType))
            || method.DeclaringType.Fields.Any(field => !field.IsStatic && IsRight(field.FieldType));
    }

    private static bool IsRight(TypeReference type) => type.FullName.TrimEnd('&') == typeof(ThreadContext).FullName;

    private static string NameOf(MethodDefinition method) => $"{method.DeclaringType.Name}.{method.Name}";

    /// <summary>Finds an assembly that was read already before one in a folder, so that each method is one object.</summary>
    private sealed class KnownModules(IAssemblyResolver others) : IAssemblyResolver
    {
        private readonly Dictionary<string, AssemblyDefinition> _read = [];

        public ModuleDefinition Read(Stream stream)
        {
            AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(stream, new ReaderParameters { AssemblyResolver = this });
            _read[assembly.Name.Name] = assembly;
            return assembly.MainModule;
        }

        public AssemblyDefinition Resolve(AssemblyNameReference name) =>
            _read.TryGetValue(name.Name, out AssemblyDefinition? assembly) ? assembly : others.Resolve(name);

        public AssemblyDefinition Resolve(AssemblyNameReference name, ReaderParameters parameters) => Resolve(name);

        public void Dispose() => others.Dispose();
    }
}
