namespace Cosmos.Core;

/// <summary>
/// Steps from a frame to its caller by the compiler's unwinding rules in <c>.eh_frame</c>.
/// </summary>
/// <remarks>
/// The compiler's frames are simple: the canonical frame address is a register (rsp or rbp) plus an offset, the return address lies just
/// below it, and saved registers lie at fixed offsets from it. So only the rules for these are kept; the rest of the DWARF instruction set
/// (DWARF 4, section 6.4.2) is skipped or ends the walk. Assembly routines have no rules: they are taken for leaves that have pushed
/// nothing. Used when something has gone wrong already: it searches from the start each time, and never reads outside the section or
/// follows a stack pointer that doesn't rise.
/// </remarks>
internal unsafe ref struct FrameUnwinder
{
    private const int RegisterRbp = 6;
    private const int RegisterRsp = 7;
    private const int RegisterReturnAddress = 16;

    private nuint _cfaOffset;
    private int _cfaRegister;
    private nint _savedRbpOffset;
    private bool _rbpSaved;
    private bool _understood;

    /// <summary>The instruction being executed; in a caller, the one after the call.</summary>
    public nuint Instruction { get; private set; }

    /// <summary>The stack pointer in this frame.</summary>
    public nuint Stack { get; private set; }

    /// <summary>The frame pointer (rbp) in this frame.</summary>
    public nuint Frame { get; private set; }

    public FrameUnwinder(nuint instruction, nuint stack, nuint frame)
    {
        this = default;
        Instruction = instruction;
        Stack = stack;
        Frame = frame;
    }

    /// <summary>Goes one frame up. False at the end of the walk.</summary>
    public bool MoveToCaller(bool isCaller)
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        nuint instruction = Instruction - (isCaller ? 1u : 0u);
        if (instruction < image.TextStart || instruction >= image.TextEnd)
        {
            return false;
        }

        _cfaRegister = RegisterRsp;
        _cfaOffset = 8;
        _rbpSaved = false;
        _understood = true;
        FindRules(instruction, image.EhFrameStart, image.EhFrameEnd);
        nuint canonical = (_cfaRegister == RegisterRbp ? Frame : Stack) + _cfaOffset;
        if (!_understood || canonical <= Stack || (canonical & 7) != 0 || canonical - Stack > 1024 * 1024)
        {
            return false;
        }

        if (_rbpSaved)
        {
            Frame = *(nuint*)(canonical + (nuint)_savedRbpOffset);
        }

        Instruction = *(nuint*)(canonical - 8);
        Stack = canonical;
        return Instruction >= image.TextStart && Instruction < image.TextEnd;
    }

    private void FindRules(nuint instruction, nuint section, nuint sectionEnd)
    {
        byte* at = (byte*)section;
        byte* end = (byte*)sectionEnd;
        while (at + 8 <= end)
        {
            uint length = *(uint*)at;
            byte* body = at + 4;
            byte* next = body + length;
            if (length == 0 || next > end)
            {
                return;
            }

            uint ciePointer = *(uint*)body;
            if (ciePointer != 0)
            {
                // Pointers are 32 bits, relative to themselves (augmentation "zLR", 1Bh).
                nuint start = (nuint)((nint)(body + 4) + *(int*)(body + 4));
                uint range = *(uint*)(body + 8);
                if (instruction >= start && instruction < start + range)
                {
                    byte* rules = body + 12;
                    rules += *rules + 1;
                    Interpret(rules, next, start, instruction);
                    return;
                }
            }

            at = next;
        }
    }

    private void Interpret(byte* rule, byte* end, nuint location, nuint instruction)
    {
        while (rule < end && _understood)
        {
            byte operation = *rule++;
            int low = operation & 0x3F;
            switch (operation >> 6)
            {
                case 1: // DW_CFA_advance_loc
                    location += (nuint)low;
                    break;
                case 2: // DW_CFA_offset
                    SaveRegister(low, -8 * (nint)ReadUnsigned(ref rule));
                    break;
                case 3: // DW_CFA_restore
                    break;
                default:
                    location = InterpretExtended(operation, ref rule, location);
                    break;
            }

            if (location > instruction)
            {
                return;
            }
        }
    }

    private nuint InterpretExtended(byte operation, ref byte* rule, nuint location)
    {
        switch (operation)
        {
            case 0x00: // DW_CFA_nop
                return location;
            case 0x02: // DW_CFA_advance_loc1
                return location + *rule++;
            case 0x03: // DW_CFA_advance_loc2
                rule += 2;
                return location + *(ushort*)(rule - 2);
            case 0x04: // DW_CFA_advance_loc4
                rule += 4;
                return location + *(uint*)(rule - 4);
            case 0x0C: // DW_CFA_def_cfa
                _cfaRegister = (int)ReadUnsigned(ref rule);
                _cfaOffset = ReadUnsigned(ref rule);
                return location;
            case 0x0D: // DW_CFA_def_cfa_register
                _cfaRegister = (int)ReadUnsigned(ref rule);
                return location;
            case 0x0E: // DW_CFA_def_cfa_offset
                _cfaOffset = ReadUnsigned(ref rule);
                return location;
            default:
                _understood = false;
                return location;
        }
    }

    private void SaveRegister(int register, nint offset)
    {
        if (register == RegisterRbp)
        {
            _rbpSaved = true;
            _savedRbpOffset = offset;
        }
        else if (register == RegisterReturnAddress && offset != -8)
        {
            _understood = false;
        }
    }

    private static nuint ReadUnsigned(ref byte* rule)
    {
        nuint value = 0;
        int shift = 0;
        byte piece;
        do
        {
            piece = *rule++;
            value |= (nuint)(piece & 0x7F) << shift;
            shift += 7;
        }
        while ((piece & 0x80) != 0 && shift < 63);
        return value;
    }
}
