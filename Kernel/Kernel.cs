using System;
using System.Collections.Generic;
using Cosmos.Core;
using Cosmos.Core.Runtime;
namespace Reservoir;

/// <summary>The kernel.</summary>
public sealed class Kernel : Cosmos.System.Kernel
{
    interface IX { int F(); }
    class A : IX { public int F() => 1; }
    class B : IX { public int F() => 2; }
    /// <summary>x</summary>
    protected override void Run()
    {
        List<IX> l = new(); l.Add(new A()); l.Add(new B());
        int s = 0; for (int k = 0; k < 3; k++) foreach (IX x in l) s += x.F();
        BootConsole.Instance.WriteLine($"hello {s} {ManagedHeap.BootArenaUsed} '{KernelCommandLine.Text}' acpi {ACPI.CanShutDown}");
        foreach (var b in Cosmos.Core.Multiboot.Multiboot2.MemoryMap) BootConsole.Instance.WriteLine($"{b.Address:X12} {b.Length:X} {b.Type}");
        ManagedHeap.Seal();
        s = l[5].F();
    }
}
