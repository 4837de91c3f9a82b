using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Iced.Intel;

namespace Cosmos.Build.Proof;

/// <summary>
/// Walks everything that the roots can reach, and proves that no allocation helper is among it.
/// </summary>
/// <remarks>
/// <para>A call that is made only on the way to a fault is not followed (<see cref="FatalPaths"/>). A virtual call reaches its slot in
/// every type of the image, or in the families of types that the list names; a delegate's and any other indirect call reaches what the list
/// says, and without an entry is an error. So too many functions may be reached, never too few, as long as C# types hold. A line of the
/// kernel's own list that is of no use is an error; the SDK's lines serve all kernels, and a type that an image doesn't have has no
/// objects in it.</para>
/// <para>The walk is breadth-first: the chain that is printed is a shortest one.</para>
/// </remarks>
internal sealed class AllocationProof
{
    private readonly KernelImage _image;
    private readonly ProofRules _rules;
    private readonly IReadOnlyList<ListedCall> _list;
    private readonly TypeTables _types;
    private readonly DelegateTargets _delegates;
    private readonly Dictionary<CodeFunction, List<Call>> _calls = [];
    private readonly Dictionary<CodeFunction, string> _opaque = [];
    private readonly FatalPaths _fatal;
    private readonly HashSet<ListedCall> _used = [];
    private readonly Dictionary<CodeFunction, CodeFunction?> _reachedFrom = [];
    private readonly Dictionary<CodeFunction, string> _reachedBy = [];
    private readonly Queue<CodeFunction> _work = new();

    /// <summary>Walks an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="rules">What is to be proved.</param>
    /// <param name="list">What is known of indirect calls.</param>
    /// <exception cref="InvalidDataException">The image can't be followed.</exception>
    public AllocationProof(KernelImage image, ProofRules rules, IReadOnlyList<ListedCall> list)
    {
        _image = image;
        _rules = rules;
        _list = list;
        _types = new TypeTables(image);
        _delegates = new DelegateTargets(image, _types);
        var finder = new CallFinder(image);
        foreach (CodeFunction function in image.Functions)
        {
            try
            {
                _calls.Add(function, finder.Find(function));
            }
            catch (InvalidDataException e)
            {
                // The 32-bit code of the boot, for one. It only matters if it is reached.
                _calls.Add(function, []);
                _opaque.Add(function, e.Message);
            }
        }

        _fatal = new FatalPaths(_calls, rules.Ends.Select(Named).OfType<CodeFunction>());
        foreach (CodeFunction root in FindRoots())
        {
            Reach(root, null);
        }

        Roots = _reachedFrom.Count;
        while (_work.TryDequeue(out CodeFunction? function))
        {
            Follow(function);
        }

        foreach (CodeFunction function in image.Functions.Where(f =>
            !_opaque.ContainsKey(f) && f.Instructions.Any(i => i.Mnemonic == Mnemonic.Std)))
        {
            Failures.Add($"{function.Name} sets the direction flag: the entries of interrupts do not clear it, because nothing sets it");
        }

        foreach (ListedCall entry in _list.Where(e => !e.IsShared && !_used.Contains(e)))
        {
            Failures.Add($"{entry.Place}: {entry.Function} | {entry.Form} matches no call that is reached; remove it");
        }
    }

    /// <summary>What disproves the rules, each a message of one or more lines; empty if they are proved.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>Functions that the walk started from.</summary>
    public int Roots { get; }

    /// <summary>Functions that can be reached, the roots included.</summary>
    public int Reached => _reachedFrom.Count;

    /// <summary>Indirect calls whose targets the image itself tells.</summary>
    public int Resolved { get; private set; }

    /// <summary>Indirect calls whose targets the list tells.</summary>
    public int Listed { get; private set; }

    /// <summary>Names of the functions that were reached.</summary>
    public IEnumerable<string> ReachedNames => _reachedFrom.Keys.Select(f => f.Name);

    private IEnumerable<CodeFunction> FindRoots()
    {
        var roots = new List<CodeFunction>(_rules.Roots.Select(Named).OfType<CodeFunction>());
        HashSet<ulong> excluded = [.. _rules.ExcludedBodies.Select(TypeNamed)];
        foreach ((string body, ulong slot) in _rules.Bodies)
        {
            foreach (ulong type in _types.Family(TypeNamed(body)))
            {
                if (!excluded.Contains(type) && _image.TryReadWord(type + slot, out ulong code)
                    && _image.FunctionAt(code) is CodeFunction run)
                {
                    roots.Add(run);
                }
            }
        }

        return roots;
    }

    private void Follow(CodeFunction function)
    {
        if (_opaque.TryGetValue(function, out string? why))
        {
            Failures.Add(why);
        }

        foreach (Call call in _calls[function])
        {
            if (_fatal.IsFatal(function, call))
            {
                continue;
            }

            if (call.Target is not null)
            {
                Enter(function, call.Target);
                continue;
            }

            foreach (CodeFunction target in Resolve(function, call).Distinct())
            {
                if (!_reachedFrom.ContainsKey(target))
                {
                    _reachedBy[target] = call.Form;
                }

                Enter(function, target);
            }
        }
    }

    private void Enter(CodeFunction from, CodeFunction to)
    {
        if (to.Symbols.Exists(s => _rules.ForbiddenPrefixes.Exists(p => s.StartsWith(p, StringComparison.Ordinal))))
        {
            IEnumerable<string> chain = ChainTo(from).Append(to.Name);
            Failures.Add("an allocation can be reached from where none may be; the chain of calls:"
                + string.Concat(chain.Select(n => $"{Environment.NewLine}    {n}")));
        }
        else if (!_fatal.IsFatal(to))
        {
            Reach(to, from);
        }
    }

    private void Reach(CodeFunction function, CodeFunction? from)
    {
        if (_reachedFrom.TryAdd(function, from))
        {
            _work.Enqueue(function);
        }
    }

    private IEnumerable<CodeFunction> Resolve(CodeFunction function, Call call)
    {
        ListedCall? entry = _list.FirstOrDefault(e => e.Function == function.Name && e.Form == call.Form);
        if (entry is not null)
        {
            _used.Add(entry);
            Listed++;
            return entry.Targets.SelectMany(name => ListedTargets(entry, call, name)).ToList();
        }

        if (call.Kind == IndirectKind.Virtual)
        {
            Resolved++;
            return _types.Slot(call.Offset, 0);
        }

        string cell = call.Kind == IndirectKind.Interface && _image.Names.TryGetValue(call.Cell, out List<string>? names)
            ? $" ({names[0]})" : "";
        Failures.Add(
            $"an indirect call is neither resolved nor listed: {function.Name} | {call.Form}{cell}"
            + $" at 0x{function.Instructions[call.Index].IP:x} ({function.Instructions[call.Index]}); reached by:"
                + string.Concat(ChainTo(function).Select(n => $"{Environment.NewLine}    {n}")));
        return [];
    }

    private IEnumerable<CodeFunction> ListedTargets(ListedCall entry, Call call, string name)
    {
        bool isType = _types.TryFind(name, out ulong type);
        if (isType && call.Kind is (IndirectKind.Virtual or IndirectKind.Table))
        {
            return _types.Slot(call.Offset, type);
        }

        if (isType && call.Kind == IndirectKind.Delegate)
        {
            return _delegates.Of(type, name);
        }

        if (_image.Addresses.TryGetValue(name, out ulong address) && _image.FunctionAt(address) is CodeFunction target)
        {
            return [target];
        }

        if (!entry.IsShared)
        {
            Failures.Add($"{entry.Place}: the image has no {name}");
        }

        return [];
    }

    private IEnumerable<string> ChainTo(CodeFunction function)
    {
        var chain = new List<string>();
        for (CodeFunction? at = function; at is not null; at = _reachedFrom[at])
        {
            chain.Add(_reachedBy.TryGetValue(at, out string? form) ? $"{at.Name} (by {form})" : at.Name);
        }

        chain.Reverse();
        return chain;
    }

    private CodeFunction? Named(string symbol)
    {
        CodeFunction? function = _image.Addresses.TryGetValue(symbol, out ulong address) ? _image.FunctionAt(address) : null;
        if (function is null)
        {
            Failures.Add($"the rules name the function {symbol}, which the image does not have");
        }

        return function;
    }

    private ulong TypeNamed(string name)
    {
        if (!_types.TryFind(name, out ulong type))
        {
            Failures.Add($"the rules name the type {name}, which the image does not have");
        }

        return type;
    }
}
