using System;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>
/// The end of a thread, or of everything. A fault in a thread ends that thread; during boot or in an interrupt handler there is nothing
/// smaller to end than the kernel: a panic.
/// </summary>
/// <remarks>Either way the console shows the kind of fault, its message and the stack by method name. Nothing here allocates.</remarks>
public static class Fault
{
    /// <summary>What a panic writes to QEMU's debug exit device; the emulator then ends with twice this plus one.</summary>
    public const uint PanicExitCode = 0x20;

    private static bool s_panicking;

    /// <summary>
    /// Set by the kernel when it has threads. Called with interrupts masked in the thread that faulted, after the report; ends the thread
    /// and does not return, or returns false if it can't (the idle thread, say), which makes the fault a panic.
    /// </summary>
    public static Func<bool>? EndThread { get; set; }

    /// <summary>Called first, with the text of a report to follow, so that the kernel can say which thread it is. May be null.</summary>
    public static Action<TextOutput>? DescribeThread { get; set; }

    /// <summary>How many threads have been ended by a fault since boot.</summary>
    public static ulong ThreadFaults { get; private set; }

    /// <summary>Reports a fault and ends the thread, or the kernel. Does not return. Any context.</summary>
    /// <param name="report">What happened.</param>
    public static void Raise(ref FaultReport report)
    {
        X86Processor.HoldInterrupts();
        if (s_panicking)
        {
            BootConsole.WriteBytes("\nPANIC inside a panic: "u8);
            BootConsole.WriteBytes(report.Type);
            Stop();
        }

        Func<bool>? endThread = INTs.InInterrupt ? null : EndThread;
        if (endThread is not null)
        {
            s_panicking = true;
            BootConsole.WriteBytes("\nFAULT "u8);
            DescribeThread?.Invoke(BootConsole.Instance);
            WriteReport(BootConsole.Instance, ref report);
            s_panicking = false;
            ThreadFaults++;
            endThread();
        }

        Panic(ref report);
    }

    /// <summary>Stops everything, with a reason and a stack trace. Does not return. Any context.</summary>
    /// <param name="message">Why.</param>
    public static void Panic(ReadOnlySpan<byte> message)
    {
        X86Processor.HoldInterrupts();
        Native.CaptureFrame(out nuint instruction, out nuint stack, out nuint frame);
        var report = new FaultReport("Panic"u8, message, instruction, stack, frame, isCaller: true);
        Panic(ref report);
    }

    private static void Panic(ref FaultReport report)
    {
        s_panicking = true;
        BootConsole.TakeScreen();
        BootConsole.WriteBytes("\nPANIC "u8);
        if (BootConsole.Instance is null)
        {
            BootConsole.WriteBytes(report.Type);
            BootConsole.WriteBytes(" before the managed heap: "u8);
            BootConsole.WriteBytes(report.Message);
        }
        else
        {
            WriteReport(BootConsole.Instance, ref report);
        }

        Stop();
    }

    private static void WriteReport(TextOutput output, ref FaultReport report)
    {
        output.Write($"{report.Type}: {report.Message}{report.ExceptionMessage}");
        if (report.AllocatedType.Length != 0)
        {
            output.Write($": {report.AllocatedBytes} bytes for {report.AllocatedType}");
        }

        if (report.HasAddress)
        {
            output.Write($" at address 0x{report.Address:X}");
        }

        output.WriteLine();
        if (report.Place != 0)
        {
            output.Write("  asked for by"u8);
            StackTrace.WriteFrame(output, report.Place, isCaller: true);
        }

        StackTrace.Write(output, report.Instruction, report.Stack, report.Frame, report.IsCaller);
    }

    /// <summary>Stops the machine: QEMU with a status, any other for ever. Does not return. Any context.</summary>
    /// <param name="exitCode">What <see cref="DebugExit"/> tells QEMU.</param>
    public static void Stop(uint exitCode)
    {
        DebugExit.Write(exitCode);
        while (true)
        {
            Native.DisableInterrupts();
            Native.Halt();
        }
    }

    private static void Stop()
    {
        BootConsole.WriteBytes("\nThe kernel has stopped.\n"u8);
        Stop(PanicExitCode);
    }
}
