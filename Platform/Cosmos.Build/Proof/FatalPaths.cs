using System.Collections.Generic;
using System.Linq;
using Iced.Intel;

namespace Cosmos.Build.Proof;

/// <summary>
/// Tells the code that runs only on the way to a fault: every way on from it ends in a function that never comes back. What is allocated
/// there
/// (the exception, its message) is part of the fault and not of the work.
/// </summary>
/// <remarks>
/// The smallest solution, found from the functions that the rules name outward: a block is fatal if it calls a fatal function or all its
/// successors
/// are fatal, a function is fatal if its first block is. A loop without an end is not fatal, nor is a block that may return.
/// </remarks>
internal sealed class FatalPaths
{
    private readonly IReadOnlyDictionary<CodeFunction, List<Call>> _calls;
    private readonly HashSet<CodeFunction> _functions;
    private readonly Dictionary<CodeFunction, HashSet<int>> _fatalCalls = [];

    /// <summary>Finds the fatal functions of an image.</summary>
    /// <param name="calls">The calls of every function.</param>
    /// <param name="ends">Functions that never come back, by the rules.</param>
    public FatalPaths(IReadOnlyDictionary<CodeFunction, List<Call>> calls, IEnumerable<CodeFunction> ends)
    {
        _calls = calls;
        _functions = [.. ends];
        var callers = new Dictionary<CodeFunction, List<CodeFunction>>();
        foreach ((CodeFunction function, List<Call> own) in calls)
        {
            foreach (Call call in own)
            {
                if (call.Target is not null)
                {
                    (callers.TryGetValue(call.Target, out List<CodeFunction>? list) ? list : callers[call.Target] = []).Add(function);
                }
            }
        }

        var work = new Queue<CodeFunction>(_functions);
        while (work.TryDequeue(out CodeFunction? fatal))
        {
            foreach (CodeFunction caller in callers.GetValueOrDefault(fatal, []))
            {
                if (!_functions.Contains(caller) && FatalBlocks(caller).Contains(0))
                {
                    _functions.Add(caller);
                    work.Enqueue(caller);
                }
            }
        }
    }

    /// <summary>Whether a function never comes back.</summary>
    /// <param name="function">The function.</param>
    public bool IsFatal(CodeFunction function) => _functions.Contains(function);

    /// <summary>Whether a call is made only on the way to a fault.</summary>
    /// <param name="function">The function that calls.</param>
    /// <param name="call">The call.</param>
    public bool IsFatal(CodeFunction function, Call call)
    {
        if (!_fatalCalls.TryGetValue(function, out HashSet<int>? blocks))
        {
            _fatalCalls[function] = blocks = FatalBlocks(function);
        }

        return blocks.Contains(function.Leaders.GetViewBetween(0, call.Index).Max);
    }

    private HashSet<int> FatalBlocks(CodeFunction function)
    {
        List<Call> calls = _calls[function];
        int[] leaders = [.. function.Leaders];
        var fatal = new HashSet<int>();
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int i = leaders.Length - 1; i >= 0; i--)
            {
                int end = i + 1 < leaders.Length ? leaders[i + 1] : function.Instructions.Count;
                changed |= !fatal.Contains(leaders[i]) && IsFatalBlock(function, calls, leaders[i], end, fatal) && fatal.Add(leaders[i]);
            }
        }

        return fatal;
    }

    private bool IsFatalBlock(CodeFunction function, List<Call> calls, int start, int end, HashSet<int> fatal)
    {
        foreach (Call call in calls)
        {
            bool always = call.Index >= start && call.Index < end
                && function.Instructions[call.Index].FlowControl != FlowControl.ConditionalBranch;
            if (always && call.Target is not null && IsFatal(call.Target))
            {
                return true;
            }
        }

        Instruction last = function.Instructions[end - 1];
        bool leavesElsewhere = calls.Any(c => c.Index == end - 1 && c.Leaves && !(c.Target is not null && IsFatal(c.Target)));
        if (leavesElsewhere || last.FlowControl is FlowControl.Return or FlowControl.IndirectBranch)
        {
            return false;
        }

        bool jumps = CodeFunction.IsBranch(last) && function.Contains(last.NearBranchTarget);
        bool runsOn = CallFinder.RunsOn(last) && end < function.Instructions.Count;
        return (jumps || runsOn)
            && (!jumps || fatal.Contains(function.IndexOf(last.NearBranchTarget)))
            && (!runsOn || fatal.Contains(end));
    }
}
