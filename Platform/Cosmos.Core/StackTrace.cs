using System;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>Writes who called whom, by method name. Any context; bounded; allocates nothing.</summary>
public static class StackTrace
{
    private const int MostFrames = 32;

    /// <summary>Writes the frames from a place upwards, one line each.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="instruction">The instruction pointer of the first frame.</param>
    /// <param name="stack">Its stack pointer.</param>
    /// <param name="frame">Its frame pointer (rbp).</param>
    /// <param name="isCaller">Whether <paramref name="instruction"/> is a return address.</param>
    public static void Write(TextOutput output, nuint instruction, nuint stack, nuint frame, bool isCaller)
    {
        var unwinder = new FrameUnwinder(instruction, stack, frame);
        for (int i = 0; i < MostFrames; i++)
        {
            WriteFrame(output, unwinder.Instruction, isCaller);
            if (!unwinder.MoveToCaller(isCaller))
            {
                return;
            }

            isCaller = true;
        }

        output.WriteLine("   ..."u8);
    }

    /// <summary>Writes one code address with its method.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="instruction">The address.</param>
    /// <param name="isCaller">Whether it is a return address: then the call before it is meant.</param>
    public static void WriteFrame(TextOutput output, nuint instruction, bool isCaller)
    {
        SymbolTable.TryFind(instruction - (isCaller ? 1u : 0u), out ReadOnlySpan<byte> name, out nuint offset);
        output.WriteLine($"   at {name} + 0x{offset:X} (0x{instruction:X})");
    }
}
