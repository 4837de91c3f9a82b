using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Cosmos.Core.Runtime;

/// <summary>
/// Where managed objects come from. There is no collector: an object is a step of a pointer.
/// </summary>
/// <remarks>
/// <para>Until <see cref="Seal"/>, everything is allocated from the boot arena, a region of fixed size that is never reclaimed.
/// <see cref="Seal"/> closes the books: from then on an object can only be made by a thread that has a scratch arena of its own
/// (<see cref="UseScratch"/>), and is gone when that thread resets the arena. Anything else is a fault that names the type and the
/// caller.</para>
/// <para>Invariant: no arena is ever used by two contexts. The boot arena is used before threads run; a scratch arena belongs to one
/// thread; an interrupt handler has none. So no lock is needed.</para>
/// <para>An exception object that a sealed thread has to make (an index out of range, say) comes from a small reserve, so that the thread
/// dies of what it did and not of having no memory to say so.</para>
/// </remarks>
public static unsafe class ManagedHeap
{
    /// <summary>Size of the boot arena in bytes.</summary>
    public const int BootArenaBytes = 1024 * 1024;

    private const int ExceptionReserveBytes = 4096;
    private const int Alignment = 8;

    private static Arena s_boot;
    private static Arena s_exceptions;
    private static MethodTable* s_exceptionType;
    private static bool s_sealed;

    /// <summary>True after <see cref="Seal"/>. Any context.</summary>
    public static bool IsSealed => s_sealed;

    /// <summary>First address of the boot arena.</summary>
    public static nuint BootArenaStart => s_boot.Start;

    /// <summary>Bytes of the boot arena in use. Any context.</summary>
    public static nuint BootArenaUsed => s_boot.Next - s_boot.Start;

    /// <summary>How often an object was refused since the seal. Any context.</summary>
    public static ulong RefusedAllocations { get; private set; }

    /// <summary>Closes the boot arena for ever. Boot context, once.</summary>
    public static void Seal()
    {
        void* reserve = Take(ref s_boot, ExceptionReserveBytes);
        s_exceptions = new Arena { Start = (nuint)reserve, Next = (nuint)reserve, End = (nuint)reserve + ExceptionReserveBytes };
        object example = new Exception();
        s_exceptionType = *(MethodTable**)Unsafe.As<object, nint>(ref example);
        s_sealed = true;
    }

    /// <summary>Gives the calling thread an arena of its own to allocate from after the seal. Thread context.</summary>
    /// <param name="start">First address, a multiple of 16; mapped, used by nobody else.</param>
    /// <param name="bytes">Size in bytes, at least 64.</param>
    public static void UseScratch(nuint start, nuint bytes)
    {
        var arena = (Arena*)start;
        arena->Start = start + (nuint)sizeof(Arena);
        arena->Next = arena->Start;
        arena->End = start + bytes;
        Native.SetThreadSlot(Native.ScratchSlot, start);
    }

    /// <summary>
    /// Forgets every object in the calling thread's scratch arena; nothing may refer to them any more. Without an arena, nothing. Thread
    /// context.
    /// </summary>
    /// <returns>The bytes that were in use.</returns>
    public static nuint ResetScratch()
    {
        var arena = (Arena*)Native.ThreadSlot(Native.ScratchSlot);
        if (arena is null)
        {
            return 0;
        }

        nuint used = arena->Next - arena->Start;
        arena->Next = arena->Start;
        return used;
    }

    /// <summary>The calling thread's arena, for <see cref="ShareScratch"/>; zero if it has none. Thread context.</summary>
    public static nuint Scratch => Native.ThreadSlot(Native.ScratchSlot);

    /// <summary>Bytes that are left in the calling thread's arena; zero if it has none. Thread context.</summary>
    public static nuint ScratchFree
    {
        get
        {
            var arena = (Arena*)Native.ThreadSlot(Native.ScratchSlot);
            return arena is null ? 0 : arena->End - arena->Next;
        }
    }

    /// <summary>
    /// Lets the calling thread allocate from another thread's arena, which must not be used by that one meanwhile; it is neither emptied
    /// nor changed. Thread context.
    /// </summary>
    /// <param name="scratch">The other thread's <see cref="Scratch"/>; zero to have none any more.</param>
    public static void ShareScratch(nuint scratch) => Native.SetThreadSlot(Native.ScratchSlot, scratch);

    /// <summary>Sets the boot arena up. Before the first object.</summary>
    internal static void Initialise(nuint start, nuint bytes)
    {
        s_boot = new Arena { Start = start, Next = start, End = start + bytes };
    }

    /// <summary>Memory that is not an object, from the boot arena; null when it is full or sealed.</summary>
    internal static void* TakeUnmanaged(nuint bytes)
    {
        return s_sealed ? null : Take(ref s_boot, bytes);
    }

    [RuntimeExport("HeapNewObject")]
    private static void* NewObject(MethodTable* type, nuint caller)
    {
        return Allocate(type, type->BaseSize, caller);
    }

    [RuntimeExport("HeapNewArray")]
    private static void* NewArray(MethodTable* type, nint length, nuint caller)
    {
        if ((nuint)length > int.MaxValue)
        {
            ManagedFault.Raise("OverflowException"u8, "the length of an array is negative or too large"u8, caller);
        }

        void* array = Allocate(type, type->BaseSize + (nuint)length * type->ComponentSize, caller);
        *(int*)((byte*)array + sizeof(void*)) = (int)length;
        return array;
    }

    [RuntimeExport("HeapNewObjectInto")]
    private static void NewObjectInto(MethodTable* type, uint flags, void** result, nuint caller)
    {
        *result = NewObject(type, caller);
    }

    [RuntimeExport("HeapNewArrayInto")]
    private static void NewArrayInto(MethodTable* type, nint length, uint flags, void** result, nuint caller)
    {
        *result = NewArray(type, length, caller);
    }

    private static void* Allocate(MethodTable* type, nuint bytes, nuint caller)
    {
        void* memory;
        if (!s_sealed)
        {
            memory = Take(ref s_boot, bytes);
            if (memory is null)
            {
                ManagedFault.AllocationRefused(type, bytes, "the boot arena is full"u8, caller);
            }
        }
        else
        {
            memory = TakeSealed(type, bytes, caller);
        }

        *(MethodTable**)memory = type;
        return memory;
    }

    private static void* TakeSealed(MethodTable* type, nuint bytes, nuint caller)
    {
        Arena* scratch = INTs.InInterrupt ? null : (Arena*)Native.ThreadSlot(Native.ScratchSlot);
        void* memory = scratch is null ? null : Take(ref *scratch, bytes);
        if (memory is null && IsException(type))
        {
            s_exceptions.Next = s_exceptions.Start;
            memory = Take(ref s_exceptions, bytes);
        }

        if (memory is null)
        {
            RefusedAllocations++;
            ManagedFault.AllocationRefused(type, bytes, scratch is null ? "the heap is sealed"u8 : "the scratch arena is full"u8, caller);
        }

        return memory;
    }

    private static bool IsException(MethodTable* type)
    {
        for (MethodTable* ancestor = type; ancestor is not null && !ancestor->IsArray; ancestor = ancestor->BaseType)
        {
            if (ancestor == s_exceptionType)
            {
                return true;
            }
        }

        return false;
    }

    private static void* Take(ref Arena arena, nuint bytes)
    {
        // The object's header is the word before it, so that its size is the same wherever it starts.
        nuint size = (bytes + (Alignment - 1)) & ~(nuint)(Alignment - 1);
        if (size < bytes || size > arena.End - arena.Next)
        {
            return null;
        }

        nuint start = arena.Next;
        arena.Next = start + size;
        Native.Fill((void*)start, 0, size);
        return (void*)(start + Alignment);
    }

    private struct Arena
    {
        public nuint Start;
        public nuint Next;
        public nuint End;
    }
}
