using System;
using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Threads;

namespace Reservoir.Shell.Commands;

/// <summary><c>mem</c>: the reservation plan, and where everything lies.</summary>
public sealed class MemoryCommand : ShellCommand
{
    private readonly MemoryManager _memory;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="memory">Knows plan and map.</param>
    public MemoryCommand(MemoryManager memory)
        : base("mem", "mem [plan|map]", "the reservation plan, and the map")
    {
        _memory = memory;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> part = arguments.Next();
        bool plan = part.IsEmpty || part.SequenceEqual("plan"u8);
        bool map = part.IsEmpty || part.SequenceEqual("map"u8);
        if (!plan && !map)
        {
            return Refuse(output, part, "'plan' or 'map'");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        if (plan)
        {
            _memory.WritePlan(output);
            output.WriteLine(
                $"{(_memory.IsSealed ? "sealed" : "NOT SEALED")}, plan {_memory.PlanHash:X16} " +
                $"{(_memory.VerifyPlanHash() ? "unchanged" : "CHANGED")}");
        }

        if (map)
        {
            _memory.WriteMap(output);
        }

        return CommandResult.Done;
    }
}
