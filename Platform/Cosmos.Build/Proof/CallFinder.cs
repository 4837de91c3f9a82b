using System;
using System.Collections.Generic;
using System.IO;
using Iced.Intel;

namespace Cosmos.Build.Proof;

/// <summary>Finds the calls of a function, and says how each indirect one finds its target.</summary>
/// <remarks>
/// <para>The forms are those that .NET 10's compiler makes for x86-64 (System V): a virtual call is
/// <c>mov R, [object]; call [R + slot]</c>; a delegate's is <c>mov rdi, [R + 8]; call [R + 32]</c>; an interface call goes through
/// <c>[r11]</c> with the address of the cell in r11; a switch is <c>lea T, [table]; mov T, [T + 4 * index]; lea B, [a place in the
/// function]; add T, B; jmp T</c>.
/// The registers are followed back within the basic block only, and a form that is not recognised is a <see cref="IndirectKind.Pointer"/>:
/// never is a guess made.</para>
/// </remarks>
internal sealed class CallFinder(KernelImage image)
{
    private const ulong DelegateThis = 8;
    private const ulong DelegateCode = 32;

    private readonly InstructionInfoFactory _info = new();

    /// <summary>The calls of a function.</summary>
    /// <param name="function">The function.</param>
    /// <exception cref="InvalidDataException">The code can't be followed: an instruction that is none, a jump into the middle of another
    /// function.</exception>
    public List<Call> Find(CodeFunction function)
    {
        for (int i = 0; i < function.Instructions.Count; i++)
        {
            if (function.Instructions[i].FlowControl == FlowControl.IndirectBranch)
            {
                _ = IsSwitch(function, i);
            }
        }

        var calls = new List<Call>();
        for (int i = 0; i < function.Instructions.Count; i++)
        {
            Instruction instruction = function.Instructions[i];
            if (instruction.Code == Code.INVALID)
            {
                throw new InvalidDataException($"{function.Name}: no instruction at 0x{instruction.IP:x}");
            }

            switch (instruction.FlowControl)
            {
                case FlowControl.Call:
                    calls.Add(Direct(function, i, leaves: false));
                    break;
                case FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch when !function.Contains(instruction.NearBranchTarget):
                    calls.Add(Direct(function, i, leaves: true));
                    break;
                case FlowControl.ConditionalBranch or FlowControl.UnconditionalBranch when function.IndexOf(
                    instruction.NearBranchTarget) < 0:
                    throw new InvalidDataException(
                        $"{function.Name}: the jump at 0x{instruction.IP:x} goes into the middle of an instruction");
                case FlowControl.IndirectCall:
                    calls.Add(Indirect(function, i, leaves: false));
                    break;
                case FlowControl.IndirectBranch when !IsSwitch(function, i):
                    calls.Add(Indirect(function, i, leaves: true));
                    break;
            }
        }

        if (RunsIntoNext(function, out int last) && image.FunctionAt(function.End) is CodeFunction next)
        {
            calls.Add(new Call(last, next, default, 0, 0, Leaves: true));
        }

        return calls;
    }

    /// <summary>Whether the instruction behind one is run after it.</summary>
    /// <param name="instruction">The instruction.</param>
    public static bool RunsOn(in Instruction instruction) =>
        instruction.FlowControl is FlowControl.Next or FlowControl.Call or FlowControl.IndirectCall or FlowControl.ConditionalBranch
            or FlowControl.XbeginXabortXend
        || (instruction.FlowControl == FlowControl.Interrupt && instruction.Mnemonic != Mnemonic.Int3);

    /// <summary>Whether the end of a function runs into the next one. Padding that nothing jumps to is not run.</summary>
    private static bool RunsIntoNext(CodeFunction function, out int last)
    {
        last = function.Instructions.Count - 1;
        while (last >= 0 && function.Instructions[last].Mnemonic == Mnemonic.Nop && !IsTarget(function, last))
        {
            last--;
        }

        return last >= 0 && RunsOn(function.Instructions[last]);
    }

    private static bool IsTarget(CodeFunction function, int index)
    {
        ulong address = function.Instructions[index].IP;
        return function.Instructions.Exists(i => CodeFunction.IsBranch(i) && i.NearBranchTarget == address);
    }

    private Call Direct(CodeFunction function, int index, bool leaves)
    {
        ulong target = function.Instructions[index].NearBranchTarget;
        return image.FunctionAt(target) is CodeFunction callee
            ? new Call(index, callee, default, 0, 0, leaves)
            : throw new InvalidDataException(
                $"{function.Name}: 0x{function.Instructions[index].IP:x} goes to 0x{target:x}, where no function begins");
    }

    private Call Indirect(CodeFunction function, int index, bool leaves)
    {
        Instruction instruction = function.Instructions[index];
        var pointer = new Call(index, null, IndirectKind.Pointer, 0, 0, leaves);
        if (instruction.Op0Kind != OpKind.Memory || instruction.MemoryIndex != Register.None)
        {
            return pointer;
        }

        if (instruction.IsIPRelativeMemoryOperand)
        {
            return pointer with { Kind = IndirectKind.Interface, Cell = instruction.IPRelativeMemoryAddress };
        }

        Register table = instruction.MemoryBase;
        ulong offset = instruction.MemoryDisplacement64;
        int from = LastWrite(function, index, table);
        if (offset == DelegateCode && LastWrite(function, index, Register.RDI) is >= 0 and int self && self > from
            && IsLoad(function.Instructions[self], Register.RDI, table, DelegateThis))
        {
            return pointer with { Kind = IndirectKind.Delegate };
        }

        var hoisted = pointer with { Kind = IndirectKind.Table, Offset = offset };
        if (from < 0)
        {
            return hoisted;
        }

        Instruction source = function.Instructions[from];
        if (table == Register.R11 && offset == 0 && source.Mnemonic == Mnemonic.Lea && source.IsIPRelativeMemoryOperand)
        {
            return pointer with { Kind = IndirectKind.Interface, Cell = source.IPRelativeMemoryAddress };
        }

        bool fromObject = source.Mnemonic == Mnemonic.Mov && source.Op0Register == table && source.Op1Kind == OpKind.Memory
            && source.MemoryDisplacement64 == 0
            && source.MemoryIndex == Register.None && !source.IsIPRelativeMemoryOperand
                && source.MemoryBase is not (Register.None or Register.RIP or Register.RSP or Register.RBP)
                && source.SegmentPrefix == Register.None;
        return fromObject ? pointer with { Kind = IndirectKind.Virtual, Offset = offset } : hoisted;
    }

    private static bool IsLoad(in Instruction instruction, Register register, Register memoryBase, ulong offset) =>
        instruction.Mnemonic == Mnemonic.Mov && instruction.Op0Register == register && instruction.Op1Kind == OpKind.Memory
        && instruction.MemoryBase == memoryBase && instruction.MemoryIndex == Register.None && instruction.MemoryDisplacement64 == offset;

    /// <summary>Whether a jump is a switch all of whose targets lie in the function; makes them leaders.</summary>
    private bool IsSwitch(CodeFunction function, int index)
    {
        Instruction jump = function.Instructions[index];
        if (jump.Op0Kind != OpKind.Register)
        {
            return false;
        }

        int add = LastWrite(function, index, jump.Op0Register);
        if (add < 0 || function.Instructions[add] is not { Mnemonic: Mnemonic.Add, Op1Kind: OpKind.Register } sum)
        {
            return false;
        }

        int load = LastWrite(function, add, sum.Op0Register);
        int start = LastWrite(function, add, sum.Op1Register);
        if (load < 0 || start < 0 || function.Instructions[start] is not { Mnemonic: Mnemonic.Lea, IsIPRelativeMemoryOperand: true } origin
            || !function.Contains(origin.IPRelativeMemoryAddress)
                || function.Instructions[load] is not { Mnemonic: Mnemonic.Mov, MemoryIndexScale: 4 } entry)
        {
            return false;
        }

        int table = LastWrite(function, load, entry.MemoryBase);
        if (table < 0 || function.Instructions[table] is not { Mnemonic: Mnemonic.Lea, IsIPRelativeMemoryOperand: true } address)
        {
            return false;
        }

        int entries = 0;
        ulong from = origin.IPRelativeMemoryAddress;
        for (ulong at = address.IPRelativeMemoryAddress; image.TryReadHalf(at, out uint offset)
            && function.IndexOf(from + offset) >= 0; at += sizeof(uint))
        {
            function.AddLeader(from + offset);
            entries++;
        }

        return entries > 0;
    }

    /// <summary>The last instruction before one, in its block, that changes a register; -1 if none does.</summary>
    private int LastWrite(CodeFunction function, int before, Register register)
    {
        for (int i = before; !function.Leaders.Contains(i);)
        {
            i--;
            Instruction instruction = function.Instructions[i];
            bool isCall = instruction.FlowControl is FlowControl.Call or FlowControl.IndirectCall;
            if (isCall && !IsPreserved(register))
            {
                return i;
            }

            foreach (UsedRegister used in _info.GetInfo(instruction).GetUsedRegisters())
            {
                if (used.Register.GetFullRegister() == register.GetFullRegister()
                    && used.Access is not (OpAccess.Read or OpAccess.CondRead or OpAccess.None or OpAccess.NoMemAccess))
                {
                    return i;
                }
            }
        }

        return -1;
    }

    private static bool IsPreserved(Register register) =>
        register is Register.RBX or Register.RBP or Register.RSP or Register.R12 or Register.R13 or Register.R14 or Register.R15;
}
