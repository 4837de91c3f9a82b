using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Waiting;

/// <summary>A public method of the kernel's core that asks for the right to wait, as a call in C#.</summary>
/// <param name="Method">The method.</param>
internal sealed record BlockingMember(MethodInfo Method)
{
    /// <summary>Every one there is. Bodies of threads aren't called by anybody but the scheduler.</summary>
    public static IEnumerable<BlockingMember> All { get; } = typeof(Scheduler).Assembly.GetExportedTypes()
        .Where(type => !typeof(ThreadBody).IsAssignableFrom(type))
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => method.GetParameters().Any(parameter => parameter.ParameterType == typeof(ThreadContext)))
        .Select(method => new BlockingMember(method))
        .ToArray();

    public string Name => $"{Method.DeclaringType!.Name}.{Method.Name}";

    /// <summary>A statement that calls it on any object, with any values, and a right to wait.</summary>
    /// <param name="right">The right, as an expression.</param>
    public string Call(string right)
    {
        IEnumerable<string> arguments = Method.GetParameters()
            .Where(parameter => !parameter.IsOptional)
            .Select(parameter => parameter.ParameterType == typeof(ThreadContext) ? right : Argument(parameter));
        string target = Method.IsStatic ? Method.DeclaringType!.FullName! : $"Any<{Method.DeclaringType!.FullName}>()";
        return $"{target}.{Method.Name}({string.Join(", ", arguments)});";
    }

    public override string ToString() => Name;

    private static string Argument(ParameterInfo parameter)
    {
        Type type = parameter.ParameterType;
        Type value = type.IsByRef ? type.GetElementType()! : type;
        return parameter.IsOut ? "out _" : value.IsByRefLike ? $"default({NameOf(value)})" : $"Any<{NameOf(value)}>()";
    }

    /// <summary>A type as C# writes it.</summary>
    private static string NameOf(Type type)
    {
        string name = type.IsGenericType ? type.GetGenericTypeDefinition().FullName!.Split('`')[0] : type.FullName!;
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>" : name;
    }
}
