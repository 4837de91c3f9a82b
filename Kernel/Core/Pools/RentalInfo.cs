using System;
using System.Runtime.InteropServices;
using Cosmos.Common;

namespace Reservoir.Pools;

/// <summary>What is on record about one buffer.</summary>
[AllocationFree]
public readonly unsafe struct RentalInfo
{
    private readonly char* _file;

    internal RentalInfo(char* file)
        : this()
    {
        _file = file;
    }

    /// <summary>The buffer's number in its pool.</summary>
    public int Index { get; init; }

    /// <summary>Whether it is rented.</summary>
    public bool IsRented { get; init; }

    /// <summary>Whether a device holds it.</summary>
    public bool IsPosted { get; init; }

    /// <summary>Whether it is out of use.</summary>
    public bool IsQuarantined { get; init; }

    /// <summary>The thread that has it or had it last; -1 for an interrupt handler, the boot code, or on the way from one thread to
    /// another.</summary>
    public int Owner { get; init; }

    /// <summary>Nanoseconds since it was rented, give or take a timer tick.</summary>
    public ulong AgeNanoseconds { get; init; }

    /// <summary>The source file of the call that rented it; empty if it never was.</summary>
    public ReadOnlySpan<char> File => _file is null ? default : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(_file);

    /// <summary>The line of that call.</summary>
    public int Line { get; init; }
}
