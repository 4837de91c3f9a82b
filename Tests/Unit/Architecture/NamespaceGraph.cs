using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Reservoir.Tests.Unit.Architecture;

/// <summary>Which namespace of some compiled assemblies uses which other: by base types, interfaces, fields, signatures, attributes and
/// code.</summary>
internal sealed class NamespaceGraph
{
    private readonly Dictionary<(string From, string To), string> _uses = [];
    private readonly HashSet<string> _namespaces = [];
    private readonly HashSet<string> _assemblies;

    public NamespaceGraph(IReadOnlyCollection<AssemblyDefinition> assemblies)
    {
        _assemblies = [.. assemblies.Select(a => a.Name.Name)];
        foreach (TypeDefinition type in assemblies.SelectMany(a => a.MainModule.GetTypes()))
        {
            Read(type);
        }
    }

    /// <summary>Every namespace that has a type.</summary>
    public IReadOnlyCollection<string> Namespaces => _namespaces;

    /// <summary>Every use of one namespace by another.</summary>
    public IEnumerable<NamespaceUse> Uses => _uses.Select(u => new NamespaceUse(u.Key.From, u.Key.To, u.Value));

    /// <summary>The namespace of a type, also of a nested one; empty for what the compiler makes.</summary>
    public static string NamespaceOf(TypeReference type)
    {
        TypeReference outer = type;
        while (outer.DeclaringType is not null)
        {
            outer = outer.DeclaringType;
        }

        return outer.Namespace;
    }

    private void Read(TypeDefinition type)
    {
        string here = NamespaceOf(type);
        if (here.Length == 0)
        {
            return;
        }

        _namespaces.Add(here);
        Note(type, type.BaseType);
        Note(type, type.Interfaces.Select(i => i.InterfaceType));
        Note(type, type.CustomAttributes.Select(a => a.AttributeType));
        Note(type, type.Fields.Select(f => f.FieldType));
        Note(type, type.GenericParameters.SelectMany(p => p.Constraints).Select(c => c.ConstraintType));
        foreach (MethodDefinition method in type.Methods)
        {
            Note(type, method.ReturnType);
            Note(type, method.Parameters.Select(p => p.ParameterType));
            if (method.HasBody)
            {
                Note(type, method.Body.Variables.Select(v => v.VariableType));
                ReadCode(type, method.Body);
            }
        }
    }

    private void ReadCode(TypeDefinition type, MethodBody body)
    {
        foreach (Instruction instruction in body.Instructions)
        {
            switch (instruction.Operand)
            {
                case MethodReference method:
                    Note(type, method.DeclaringType);
                    Note(type, method.ReturnType);
                    Note(type, method.Parameters.Select(p => p.ParameterType));
                    Note(type, (method as GenericInstanceMethod)?.GenericArguments ?? []);
                    break;
                case FieldReference field:
                    Note(type, field.DeclaringType);
                    Note(type, field.FieldType);
                    break;
                case TypeReference used:
                    Note(type, used);
                    break;
            }
        }
    }

    private void Note(TypeDefinition from, IEnumerable<TypeReference> types)
    {
        foreach (TypeReference type in types)
        {
            Note(from, type);
        }
    }

    private void Note(TypeDefinition from, TypeReference? used)
    {
        switch (used)
        {
            case null or GenericParameter:
                return;
            case GenericInstanceType instance:
                Note(from, instance.ElementType);
                Note(from, instance.GenericArguments);
                return;
            case FunctionPointerType pointer:
                Note(from, pointer.ReturnType);
                Note(from, pointer.Parameters.Select(p => p.ParameterType));
                return;
            case TypeSpecification specification:
                Note(from, specification.ElementType);
                return;
        }

        string here = NamespaceOf(from);
        string there = NamespaceOf(used);
        bool isOurs = used.Scope is ModuleDefinition || _assemblies.Contains(used.Scope.Name);
        if (isOurs && there.Length != 0 && !string.Equals(here, there, StringComparison.Ordinal))
        {
            _uses.TryAdd((here, there), from.FullName);
        }
    }
}
