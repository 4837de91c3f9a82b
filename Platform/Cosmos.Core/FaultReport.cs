using System;

namespace Cosmos.Core;

/// <summary>What went wrong, and where: filled in by whoever detects it, written by <see cref="Fault"/>.</summary>
public ref struct FaultReport
{
    /// <summary>Describes a fault.</summary>
    /// <param name="type">Its kind: an exception's type or a name of the processor's.</param>
    /// <param name="message">What happened, in UTF-8; may be empty.</param>
    /// <param name="instruction">Instruction pointer.</param>
    /// <param name="stack">Stack pointer there.</param>
    /// <param name="frame">Frame pointer (rbp) there.</param>
    /// <param name="isCaller">Whether the instruction pointer is a return address.</param>
    public FaultReport(ReadOnlySpan<byte> type, ReadOnlySpan<byte> message, nuint instruction, nuint stack, nuint frame, bool isCaller)
    {
        this = default;
        Type = type;
        Message = message;
        Instruction = instruction;
        Stack = stack;
        Frame = frame;
        IsCaller = isCaller;
    }

    /// <summary>The kind of fault.</summary>
    public ReadOnlySpan<byte> Type { get; }

    /// <summary>What happened; may be empty.</summary>
    public ReadOnlySpan<byte> Message { get; }

    /// <summary>Where the stack trace begins.</summary>
    public nuint Instruction { get; }

    /// <summary>The stack pointer there.</summary>
    public nuint Stack { get; }

    /// <summary>The frame pointer there.</summary>
    public nuint Frame { get; }

    /// <summary>Whether <see cref="Instruction"/> is a return address.</summary>
    public bool IsCaller { get; }

    /// <summary>The text given to an exception's constructor, if the fault is one.</summary>
    public string? ExceptionMessage { get; init; }

    /// <summary>The code that is to blame, if that isn't the first frame; else zero.</summary>
    public nuint Place { get; init; }

    /// <summary>The type of the object that was refused; empty for other faults.</summary>
    public ReadOnlySpan<byte> AllocatedType { get; init; }

    /// <summary>Its size in bytes.</summary>
    public nuint AllocatedBytes { get; init; }

    /// <summary>The memory address that could not be accessed, if <see cref="HasAddress"/>.</summary>
    public nuint Address { get; init; }

    /// <summary>Whether <see cref="Address"/> means something.</summary>
    public bool HasAddress { get; init; }
}
