using System;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>The processor itself. Any context unless said otherwise.</summary>
public static unsafe class CPU
{
    private const uint BasicLeaf = 0;
    private const uint BrandFirstLeaf = 0x80000002;
    private const uint ExtendedLimitLeaf = 0x80000000;

    /// <summary>Bytes that <see cref="GetBrand"/> needs room for.</summary>
    public const int BrandBytes = 48;

    /// <summary>The vector of <see cref="RaiseTestInterrupt"/>.</summary>
    public const byte TestVector = 0x80;

    /// <summary>Disables maskable interrupts.</summary>
    /// <returns>Whether they were enabled.</returns>
    public static bool DisableInterrupts() => (nint)X86Processor.Instance.MaskInterrupts() > 0;

    /// <summary>Enables maskable interrupts. Thread context.</summary>
    public static void EnableInterrupts() => X86Processor.Instance.EnableInterrupts();

    /// <summary>
    /// Raises the interrupt of <see cref="TestVector"/>: it is entered, handled (<see cref="INTs.SetIntHandler"/>) and left like a
    /// device's. For tests and benchmarks. Thread context, interrupts enabled.
    /// </summary>
    [AllocationFree]
    public static void RaiseTestInterrupt() => Native.RaiseTestInterrupt();

    /// <summary>The time stamp counter, in counts since reset.</summary>
    public static ulong ReadTimestamp() => Native.ReadTimestamp();

    /// <summary>Whether FS base can be set by an instruction of its own (leaf 7, EBX bit 0).</summary>
    internal static bool HasFsBaseInstructions
    {
        get
        {
            uint* results = stackalloc uint[4];
            Native.Identify(BasicLeaf, 0, results);
            if (results[0] < 7)
            {
                return false;
            }

            Native.Identify(7, 0, results);
            return (results[1] & 1) != 0;
        }
    }

    /// <summary>The processor's own description. Upstream returns a string; this one allocates nothing.</summary>
    /// <param name="text">Room for <see cref="BrandBytes"/> bytes.</param>
    /// <returns>The part of it that was filled; empty if the processor has no description or there is no room.</returns>
    public static ReadOnlySpan<byte> GetBrand(Span<byte> text)
    {
        uint* results = stackalloc uint[4];
        Native.Identify(ExtendedLimitLeaf, 0, results);
        if (results[0] < BrandFirstLeaf + 2 || text.Length < BrandBytes)
        {
            return default;
        }

        for (uint i = 0; i < 3; i++)
        {
            Native.Identify(BrandFirstLeaf + i, 0, results);
            new ReadOnlySpan<byte>(results, 16).CopyTo(text.Slice((int)i * 16));
        }

        int end = text.Slice(0, BrandBytes).IndexOf((byte)0);
        return text.Slice(0, end < 0 ? BrandBytes : end);
    }
}
