using System.Runtime;
using System.Runtime.CompilerServices;
using Cosmos.Core.Multiboot;

namespace Cosmos.Core.Runtime;

/// <summary>
/// From the first managed instruction to the kernel's own class: faults that can be reported, a heap, the class library, paging.
/// </summary>
public static unsafe class RuntimeStartup
{
    private const nuint BootThreadLocalBytes = 4096;
    private const int ClassLibraryFunctions = 12;

    /// <summary>The processor's time stamp when the boot loader handed over.</summary>
    public static ulong BootTimestamp { get; private set; }

    [RuntimeExport("KernelEntry")]
    private static void Enter(nuint information)
    {
        BootTimestamp = Native.ReadTimestamp();
        BootConsole.InitialiseSerial();
        DescriptorTables.Load();
        UseBootThreadLocal();
        Multiboot2.Locate(information);
        BootConsole.HasScreen = Multiboot2.HasTextScreen;
        PlaceHeap();
        StartClassLibrary();

        BootConsole.CreateInstance();
        X86Processor.CreateInstance();
        if (CPU.HasFsBaseInstructions)
        {
            Native.EnableFsBaseInstructions();
        }

        Multiboot2.Init();
        KernelCommandLine.Init(Multiboot2.CommandLine);
        ACPI.Init(Multiboot2.AcpiRoot);
        INTs.Initialise();
        MapImage();
        KernelMain();
        Fault.Panic("the kernel's Start method has returned"u8);
    }

    private static void UseBootThreadLocal()
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        if (image.TlsBytes + Native.ThreadControlBytes > BootThreadLocalBytes)
        {
            Fault.Panic("thread-local data has outgrown its room in Boot/Entry.asm"u8);
        }

        nuint threadPointer = image.BootThreadLocal + BootThreadLocalBytes - Native.ThreadControlBytes;
        X86Processor.PrepareThreadLocal(threadPointer, 0);
        Native.WriteModelRegister(Native.FsBaseRegister, threadPointer);
    }

    /// <summary>The boot arena and, behind it, the page tables, with an unmapped page before, between and after.</summary>
    private static void PlaceHeap()
    {
        const int guard = Paging.PageBytes;
        nuint room = Multiboot2.FindRoom(guard + ManagedHeap.BootArenaBytes + guard + Paging.TableRegionBytes + guard);
        if (room == 0)
        {
            Fault.Panic("the machine has no room for the boot arena and the page tables: it needs more memory"u8);
        }

        nuint arena = room + guard;
        ManagedHeap.Initialise(arena, ManagedHeap.BootArenaBytes);
        Paging.Initialise(arena + ManagedHeap.BootArenaBytes + guard);
    }

    private static void StartClassLibrary()
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        int modules = (int)((image.ModulesEnd - image.ModulesStart) / (nuint)sizeof(nuint));
        InitializeModules(1, (nuint*)image.ModulesStart, modules, Native.ClassLibraryFunctionsAddress(), ClassLibraryFunctions);
        RunLibraryInitialisers();
    }

    /// <summary>Leaves the loader's page tables: only the image, the heap and the tables themselves stay mapped.</summary>
    private static void MapImage()
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        bool mapped = Paging.Map(image.TextStart, image.TextEnd - image.TextStart, PageAccess.Execute)
            && Paging.Map(image.ReadOnlyStart, image.ReadOnlyEnd - image.ReadOnlyStart, PageAccess.ReadOnly)
            && Paging.Map(image.DataStart, image.BootStackBottom - Paging.PageBytes - image.DataStart, PageAccess.ReadWrite)
            && Paging.Map(image.BootStackBottom, image.BootStackTop - image.BootStackBottom, PageAccess.ReadWrite)
            && Paging.Map(image.SymbolsStart, image.ImageEnd - image.SymbolsStart, PageAccess.ReadOnly)
            && Paging.Map(ManagedHeap.BootArenaStart, ManagedHeap.BootArenaBytes, PageAccess.ReadWrite)
            && Paging.Map(Paging.TableRegionStart, Paging.TableRegionBytes, PageAccess.ReadWrite)
            && (!Multiboot2.HasTextScreen || Mmio.Map(0xB8000, 0x8000));
        if (!mapped)
        {
            Fault.Panic("the page tables do not fit their region"u8);
        }

        Paging.Activate();
    }

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "InitializeModules")]
    private static extern void InitializeModules(nuint osModule, nuint* modules, int count, nuint* classLibraryFunctions,
        int functionCount);

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "__managed__Startup")]
    private static extern void RunLibraryInitialisers();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "KernelMain")]
    private static extern void KernelMain();
}
