using System;
using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;

namespace Reservoir.Tests.Unit.Architecture;

/// <summary>The order of the namespaces, lowest first: each may use those before it, and no other.</summary>
internal sealed class LayerRules(IReadOnlyList<string> order)
{
    /// <summary>What breaks the order, a sentence each; empty if it is kept.</summary>
    public List<string> Check(IReadOnlyCollection<AssemblyDefinition> assemblies)
    {
        var graph = new NamespaceGraph(assemblies);
        List<string> broken =
        [
            .. graph.Namespaces.Where(n => !order.Contains(n)).Order(StringComparer.Ordinal).Select(n =>
                $"{n} has no place in the order of layers"),
            .. graph.Uses.Where(u => PlaceOf(u.To) > PlaceOf(u.From)).Select(u => $"{u.From} uses {u.To}, which is above it: in {u.Where}"),
        ];
        broken.AddRange(FindCircles(graph));
        return broken;
    }

    /// <summary>Where a product's name stands in an assembly that may know no product: in a name, a string or an attribute.</summary>
    public static List<string> FindName(AssemblyDefinition assembly, string name)
    {
        var found = new List<string>();
        bool Has(string? text) => text?.Contains(name, StringComparison.OrdinalIgnoreCase) == true;
        void Note(string where, string? text)
        {
            if (Has(text))
            {
                found.Add($"{assembly.Name.Name} names {name}: {where}: {text}");
            }
        }

        Note("references", string.Join(' ', assembly.MainModule.AssemblyReferences.Select(r => r.Name).Where(Has)));
        foreach (TypeDefinition type in assembly.MainModule.GetTypes())
        {
            Note("type", type.FullName);
            foreach (FieldDefinition field in type.Fields)
            {
                Note($"field of {type.FullName}", field.Name);
                Note($"data of {type.FullName}", System.Text.Encoding.Latin1.GetString(field.InitialValue ?? []));
            }

            foreach (MethodDefinition method in type.Methods)
            {
                Note($"method of {type.FullName}", method.Name);
                foreach (string text in method.HasBody ? method.Body.Instructions.Select(i => i.Operand).OfType<string>() : [])
                {
                    Note($"text in {type.FullName}.{method.Name}", text);
                }
            }
        }

        found.AddRange(
            from attribute in assembly.CustomAttributes
            where attribute.AttributeType.Name is "InternalsVisibleToAttribute"
            from argument in attribute.ConstructorArguments
            where Has(argument.Value as string)
            select $"{assembly.Name.Name} names {name}: it shows its internals to {argument.Value}");
        return found;
    }

    private int PlaceOf(string ns)
    {
        for (int i = 0; i < order.Count; i++)
        {
            if (string.Equals(order[i], ns, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return int.MaxValue;
    }

    /// <summary>Namespaces that use each other, whether they have a place in the order or not.</summary>
    private static IEnumerable<string> FindCircles(NamespaceGraph graph)
    {
        Dictionary<string, List<NamespaceUse>> from = graph.Uses.GroupBy(u => u.From).ToDictionary(g => g.Key, g => g.ToList());
        foreach (string start in graph.Namespaces.Order(StringComparer.Ordinal))
        {
            if (WayBack(start, from) is { } way && string.Equals(way.Min(StringComparer.Ordinal), start, StringComparison.Ordinal))
            {
                yield return $"a circle: {string.Join(" uses ", way)} uses {start}";
            }
        }
    }

    /// <summary>A shortest way from a namespace back to itself; null if there is none.</summary>
    private static List<string>? WayBack(string start, Dictionary<string, List<NamespaceUse>> from)
    {
        var cameFrom = new Dictionary<string, string>();
        var work = new Queue<string>([start]);
        while (work.TryDequeue(out string? at))
        {
            foreach (NamespaceUse use in from.GetValueOrDefault(at, []))
            {
                if (string.Equals(use.To, start, StringComparison.Ordinal))
                {
                    var way = new List<string>();
                    for (string step = at; !string.Equals(step, start, StringComparison.Ordinal); step = cameFrom[step])
                    {
                        way.Add(step);
                    }

                    way.Add(start);
                    way.Reverse();
                    return way;
                }

                if (cameFrom.TryAdd(use.To, at))
                {
                    work.Enqueue(use.To);
                }
            }
        }

        return null;
    }
}
