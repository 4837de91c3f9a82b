using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Cosmos.Core.Runtime;

/// <summary>Turns what the runtime can't go on from (a throw, a refused allocation, a missing service) into a
/// <see cref="Fault"/>.</summary>
internal static unsafe class ManagedFault
{
    /// <summary>Ends the current thread, or panics. Does not return.</summary>
    /// <param name="type">The kind of fault.</param>
    /// <param name="message">What happened.</param>
    /// <param name="place">The code that asked for the impossible.</param>
    public static void Raise(ReadOnlySpan<byte> type, ReadOnlySpan<byte> message, nuint place)
    {
        Native.CaptureFrame(out nuint instruction, out nuint stack, out nuint frame);
        var report = new FaultReport(type, message, instruction, stack, frame, isCaller: true) { Place = place };
        Fault.Raise(ref report);
    }

    /// <summary>An object that must not be made. Does not return.</summary>
    public static void AllocationRefused(MethodTable* type, nuint bytes, ReadOnlySpan<byte> why, nuint caller)
    {
        SymbolTable.TryFind((nuint)type, out ReadOnlySpan<byte> name, out _);
        Native.CaptureFrame(out nuint instruction, out nuint stack, out nuint frame);
        var report = new FaultReport("AllocationRefused"u8, why, instruction, stack, frame, isCaller: true)
        {
            Place = caller,
            AllocatedType = name,
            AllocatedBytes = bytes,
        };
        Fault.Raise(ref report);
    }

    [RuntimeExport("ExceptionThrown")]
    private static void ExceptionThrown(Exception exception, nuint instruction, nuint stack, nuint frame)
    {
        nuint type = **(nuint**)Unsafe.AsPointer(ref exception);
        SymbolTable.TryFind(type, out ReadOnlySpan<byte> name, out _);
        var report = new FaultReport(name, default, instruction, stack, frame, isCaller: true) { ExceptionMessage = Message(exception) };
        Fault.Raise(ref report);
    }

    [RuntimeExport("RuntimeUnsupported")]
    private static void Unsupported(byte* name)
    {
        int length = 0;
        while (name[length] != 0)
        {
            length++;
        }

        Native.CaptureFrame(out nuint instruction, out nuint stack, out nuint frame);
        var report = new FaultReport("NotSupported"u8, new ReadOnlySpan<byte>(name, length), instruction, stack, frame, isCaller: true);
        Fault.Raise(ref report);
    }

    [RuntimeExport("RhpFallbackFailFast")]
    private static void FailFast() => Raise("FailFast"u8, "the class library gave up"u8, 0);

    /// <summary>The message given to the constructor: the property would look up resources and allocate.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref string? Message(Exception exception);
}
