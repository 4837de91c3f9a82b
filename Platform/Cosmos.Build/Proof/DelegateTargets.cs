using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Iced.Intel;

namespace Cosmos.Build.Proof;

/// <summary>Finds the functions to which the delegates of one type can lead.</summary>
/// <remarks>A delegate is made where its type is named: in code, whose function then names the method too (C# makes both in one method), or
/// as a frozen
/// object in the data, whose words name it. All functions named there count, so the answer may hold too many, not too few. A method that is
/// looked up when the delegate is made, as of a virtual method, is not seen, and neither is a type that comes out of a generic dictionary:
/// both are refused.</remarks>
internal sealed class DelegateTargets
{
    private const string DictionaryPrefix = "__GenericDict";
    private const string TypePrefix = "_ZTV";
    private const string ConstructorPrefix = "__DelegateCtor_";
    private const int DelegateWords = 6;

    private readonly KernelImage _image;
    private readonly Dictionary<ulong, List<CodeFunction>> _makers = [];
    private readonly Dictionary<ulong, List<ulong>> _objects = [];

    /// <summary>Finds where the types of an image are named.</summary>
    /// <param name="image">The image.</param>
    /// <param name="types">Its types.</param>
    public DelegateTargets(KernelImage image, TypeTables types)
    {
        _image = image;
        foreach (CodeFunction function in image.Functions)
        {
            foreach (ulong address in Named(function).Where(types.IsType))
            {
                (_makers.TryGetValue(address, out List<CodeFunction>? makers) ? makers : _makers[address] = []).Add(function);
            }
        }

        foreach ((ulong at, ulong value) in image.DataWords())
        {
            if (types.IsType(value))
            {
                (_objects.TryGetValue(value, out List<ulong>? objects) ? objects : _objects[value] = []).Add(at);
            }
        }
    }

    /// <summary>The functions to which a type's delegates can lead.</summary>
    /// <param name="type">The address of the type's table.</param>
    /// <param name="name">The type's name, for messages.</param>
    /// <exception cref="InvalidDataException">A delegate is made in a way that does not tell.</exception>
    public IEnumerable<CodeFunction> Of(ulong type, string name)
    {
        var found = new HashSet<CodeFunction>();
        foreach (CodeFunction maker in _makers.GetValueOrDefault(type, []).Distinct())
        {
            int made = _makers[type].Count(m => m == maker);
            List<CodeFunction> methods = [.. Methods(maker)];
            if (methods.Count < made)
            {
                throw new InvalidDataException(
                    $"{maker.Name} makes {made} of {name} and names {methods.Count} methods: which methods they lead to can't be told");
            }

            found.UnionWith(methods);
        }

        foreach (ulong at in _objects.GetValueOrDefault(type, []))
        {
            string owner = _image.Names.LastOrDefault(n => n.Key <= at).Value?[0] ?? "";
            if (owner.StartsWith(DictionaryPrefix, StringComparison.Ordinal))
            {
                throw new InvalidDataException($"{name} stands in the dictionary {owner}: where its delegates are made can't be told");
            }

            if (owner.StartsWith(TypePrefix, StringComparison.Ordinal))
            {
                continue;   // another type's table names this one: no delegate
            }

            for (int i = 1; i < DelegateWords; i++)
            {
                if (_image.TryReadWord(at + (ulong)(i * sizeof(ulong)), out ulong code) && _image.FunctionAt(code) is CodeFunction method)
                {
                    found.Add(method);
                }
            }
        }

        return found;
    }

    private IEnumerable<CodeFunction> Methods(CodeFunction maker)
    {
        foreach (ulong address in Named(maker))
        {
            if (_image.FunctionAt(address) is CodeFunction method)
            {
                yield return method;
            }
        }

        // A constructor of its own for one method: the helper names it.
        foreach (Instruction instruction in maker.Instructions)
        {
            bool leaves = instruction.FlowControl is FlowControl.Call or FlowControl.UnconditionalBranch;
            if (leaves && _image.FunctionAt(instruction.NearBranchTarget) is CodeFunction helper
                && helper.Symbols.Exists(s => s.StartsWith(ConstructorPrefix, StringComparison.Ordinal)))
            {
                foreach (CodeFunction method in Named(helper).Select(_image.FunctionAt).OfType<CodeFunction>())
                {
                    yield return method;
                }
            }
        }
    }

    /// <summary>Addresses that a function takes.</summary>
    private static IEnumerable<ulong> Named(CodeFunction function)
    {
        foreach (Instruction instruction in function.Instructions)
        {
            if (instruction.Mnemonic == Mnemonic.Lea && instruction.IsIPRelativeMemoryOperand)
            {
                yield return instruction.IPRelativeMemoryAddress;
            }
            else if (instruction.Mnemonic == Mnemonic.Mov && instruction.Op1Kind is OpKind.Immediate64 or OpKind.Immediate32)
            {
                yield return instruction.GetImmediate(1);
            }
        }
    }
}
