using System.Runtime.InteropServices;

namespace Cosmos.Common;

/// <summary>
/// The word by which the kernel masks interrupts, and what came while it was closed. Shared with the interrupt entry (Boot/Interrupts.asm),
/// which knows this layout.
/// </summary>
/// <remarks>
/// Closing the gate is one plain instruction and does not touch the processor's own flag: most masked sections are over before an interrupt
/// comes. One that comes meanwhile is noted, and the processor holds further ones until the gate is opened (Stodolsky, Chen, Bershad: "Fast
/// interrupt priority management in operating system kernels", 1993).
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
public struct InterruptGate
{
    /// <summary>1 while interrupts may come; 0 in a masked section, and one less in each section within.</summary>
    public long Open;

    /// <summary>Not 0 while the processor holds interrupts by itself: who opens the gate has to let them in.</summary>
    public ulong Held;

    /// <summary>The vector that came while the gate was closed; 0 if none has.</summary>
    public ulong Pending;

    /// <summary>The processor's counter when it came.</summary>
    public ulong HeldSince;

    /// <summary>The instruction at which it came.</summary>
    public nuint HeldAt;
}
