using System.Collections.Generic;
using System.Linq;
using Cosmos.Build.Symbols;
using Iced.Intel;

namespace Cosmos.Build.Proof;

/// <summary>One function of the image: its names, its instructions, and its basic blocks.</summary>
internal sealed class CodeFunction(ulong start, List<string> symbols, SymbolNames names)
{
    private readonly Dictionary<ulong, int> _indexOf = [];

    /// <summary>The address of the first instruction.</summary>
    public ulong Start { get; } = start;

    /// <summary>The address behind the last byte.</summary>
    public ulong End { get; private set; }

    /// <summary>Every symbol at the start: bodies that are the same are folded into one.</summary>
    public List<string> Symbols { get; } = symbols;

    /// <summary>The name to print: of several, the shortest.</summary>
    public string Name { get; } =
        names.Readable(symbols.OrderBy(s => s.Length).ThenBy(s => s, System.StringComparer.Ordinal).First());

    /// <summary>The instructions in order.</summary>
    public List<Instruction> Instructions { get; } = [];

    /// <summary>Indexes of the instructions at which a block begins.</summary>
    public SortedSet<int> Leaders { get; } = [0];

    /// <summary>Decodes the body.</summary>
    /// <param name="code">Its bytes, padding included.</param>
    public void Decode(byte[] code)
    {
        End = Start + (ulong)code.Length;
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code), Start);
        while (decoder.IP < End)
        {
            Instruction instruction = decoder.Decode();
            _indexOf[instruction.IP] = Instructions.Count;
            Instructions.Add(instruction);
        }

        for (int i = 0; i < Instructions.Count; i++)
        {
            Instruction instruction = Instructions[i];
            if (IsBranch(instruction) && _indexOf.TryGetValue(instruction.NearBranchTarget, out int target))
            {
                Leaders.Add(target);
            }

            if (instruction.FlowControl is not (FlowControl.Next or FlowControl.Call or FlowControl.IndirectCall)
                && i + 1 < Instructions.Count)
            {
                Leaders.Add(i + 1);
            }
        }
    }

    /// <summary>Makes an instruction the beginning of a block.</summary>
    /// <param name="address">An address that a jump table holds.</param>
    public void AddLeader(ulong address)
    {
        if (_indexOf.TryGetValue(address, out int index))
        {
            Leaders.Add(index);
        }
    }

    /// <summary>The index of the instruction at an address; -1 if none begins there.</summary>
    /// <param name="address">The address.</param>
    public int IndexOf(ulong address) => _indexOf.GetValueOrDefault(address, -1);

    /// <summary>Whether an address lies within the function.</summary>
    /// <param name="address">The address.</param>
    public bool Contains(ulong address) => address >= Start && address < End;

    /// <summary>A jump whose target stands in the instruction, taken always or on a condition.</summary>
    /// <param name="instruction">The instruction.</param>
    public static bool IsBranch(in Instruction instruction) =>
        instruction.FlowControl is FlowControl.UnconditionalBranch or FlowControl.ConditionalBranch;
}
