using System.Runtime;
using System.Runtime.InteropServices;

namespace Cosmos.Core.Runtime;

/// <summary>What the class library asks about the compiled module: there is exactly one, the kernel.</summary>
internal static unsafe class Modules
{
    private const int DispatchMapSection = 203;
    private static TypeManager* s_only;

    [RuntimeExport("RhpCreateTypeManager")]
    private static TypeManager* CreateTypeManager(nuint osModule, ReadyToRunHeader* header, nuint* classLibraryFunctions, int count)
    {
        var manager = (TypeManager*)ManagedHeap.TakeUnmanaged((nuint)sizeof(TypeManager));
        manager->OsModule = osModule;
        manager->Header = header;
        manager->DispatchMaps = FindSection(header, DispatchMapSection, out _);
        manager->ClassLibraryFunctions = classLibraryFunctions;
        manager->FunctionCount = count;
        s_only = manager;
        return manager;
    }

    [RuntimeExport("RhpGetModuleSection")]
    private static void* GetModuleSection(TypeManager** manager, int id, int* length)
    {
        return FindSection((*manager)->Header, id, out *length);
    }

    [RuntimeExport("RhpRegisterOsModule")]
    private static void* RegisterOsModule(void* osModule) => osModule;

    [RuntimeExport("RhGetOSModuleFromPointer")]
    private static nuint GetOsModuleFromPointer(void* pointer) => s_only->OsModule;

    [RuntimeExport("RhpGetClasslibFunctionFromCodeAddress")]
    private static nuint GetFunctionFromCodeAddress(void* address, int id) => GetFunction(id);

    [RuntimeExport("RhpGetClasslibFunctionFromEEType")]
    private static nuint GetFunctionFromType(void* type, int id) => GetFunction(id);

    [RuntimeExport("RhRegisterFrozenSegment")]
    private static nuint RegisterFrozenSegment(void* section, nuint allocated, nuint committed, nuint reserved) => 1;

    [RuntimeExport("RhUpdateFrozenSegment")]
    private static void UpdateFrozenSegment(nuint segment, void* allocated, void* committed)
    {
    }

    private static nuint GetFunction(int id)
    {
        return (uint)id < (uint)s_only->FunctionCount ? s_only->ClassLibraryFunctions[id] : 0;
    }

    private static void* FindSection(ReadyToRunHeader* header, int id, out int length)
    {
        var entry = (SectionEntry*)(header + 1);
        for (int i = 0; i < header->SectionCount; i++, entry++)
        {
            if (entry->Id == id)
            {
                length = (int)(entry->End - entry->Start);
                return entry->Start;
            }
        }

        length = 0;
        return null;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TypeManager
    {
        public nuint OsModule;
        public ReadyToRunHeader* Header;
        public void* DispatchMaps;
        public nuint* ClassLibraryFunctions;
        public int FunctionCount;
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private readonly struct ReadyToRunHeader
    {
        public readonly uint Signature;
        public readonly ushort MajorVersion;
        public readonly ushort MinorVersion;
        public readonly uint Flags;
        public readonly ushort SectionCount;
        public readonly byte EntrySize;
        public readonly byte EntryType;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct SectionEntry
    {
        public readonly int Id;
        public readonly int Flags;
        public readonly byte* Start;
        public readonly byte* End;
    }
}
