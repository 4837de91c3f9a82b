using System;
using System.Runtime.InteropServices;

namespace Cosmos.Core.Multiboot;

/// <summary>
/// What the boot loader tells (Multiboot2 specification 2.0, section 3.6): copied out at boot, because the loader's own copy lies in memory
/// that will be given away.
/// </summary>
public static unsafe class Multiboot2
{
    private const int EndTag = 0;
    private const int CommandLineTag = 1;
    private const int MemoryMapTag = 6;
    private const int FramebufferTag = 8;
    private const int AcpiOldTag = 14;
    private const int AcpiNewTag = 15;
    private const byte FramebufferTypeText = 2;
    private const int LongestCommandLine = 1024;

    private static nuint s_information;
    private static bool s_textScreen;

    /// <summary>The command line of GRUB's menu entry, in UTF-8. After <see cref="Init"/>.</summary>
    public static byte[] CommandLine { get; private set; } = null!;

    /// <summary>The firmware's memory map. After <see cref="Init"/>.</summary>
    public static MemoryMapBlock[] MemoryMap { get; private set; } = null!;

    /// <summary>Whether there is a VGA text screen: under BIOS there is, under UEFI there isn't.</summary>
    public static bool HasTextScreen => s_textScreen;

    /// <summary>Address of the loader's copy of ACPI's root pointer; 0 if it gave none. Valid until paging is switched on.</summary>
    internal static nuint AcpiRoot { get; private set; }

    /// <summary>The loader's information block.</summary>
    internal static nuint InformationStart => s_information;

    /// <summary>Its size in bytes.</summary>
    internal static nuint InformationBytes => *(uint*)s_information;

    /// <summary>Remembers where the information is. Before the first object.</summary>
    internal static void Locate(nuint information)
    {
        s_information = information;
        Tag* framebuffer = Find(FramebufferTag);
        s_textScreen = framebuffer is null ? Find(AcpiNewTag) is null : ((FramebufferInformation*)framebuffer)->Type == FramebufferTypeText;
    }

    /// <summary>
    /// Looks for room above 1 MiB in available memory, outside the image and the loader's information. Before the first object.
    /// </summary>
    /// <returns>The lowest such address, a page boundary; 0 if there is none.</returns>
    internal static nuint FindRoom(nuint bytes)
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        var map = (MemoryMapInformation*)Find(MemoryMapTag);
        if (map is null)
        {
            return 0;
        }

        for (MemoryMapEntry* entry = First(map); entry < End(map); entry = Next(map, entry))
        {
            if (entry->Type != MemoryMapBlock.Available || entry->Address + entry->Length <= image.ImageEnd)
            {
                continue;
            }

            nuint start = Math.Max((nuint)entry->Address, image.ImageEnd);
            start = AlignUp(start);
            if (start < s_information + InformationBytes && s_information < start + bytes)
            {
                start = AlignUp(s_information + InformationBytes);
            }

            if (start + bytes <= entry->Address + entry->Length)
            {
                return start;
            }
        }

        return 0;
    }

    /// <summary>Copies what the kernel needs. Once, with the managed heap up and the loader's memory still mapped.</summary>
    internal static void Init()
    {
        CommandLine = CopyCommandLine();
        MemoryMap = CopyMemoryMap();
        Tag* acpi = Find(AcpiNewTag);
        acpi = acpi is null ? Find(AcpiOldTag) : acpi;
        AcpiRoot = acpi is null ? 0 : (nuint)(acpi + 1);
    }

    private static byte[] CopyCommandLine()
    {
        Tag* tag = Find(CommandLineTag);
        if (tag is null)
        {
            return [];
        }

        var text = new ReadOnlySpan<byte>(tag + 1, Math.Min((int)tag->Size - sizeof(Tag), LongestCommandLine));
        int end = text.IndexOf((byte)0);
        byte[] copy = new byte[end < 0 ? text.Length : end];
        text.Slice(0, copy.Length).CopyTo(copy);
        return copy;
    }

    private static MemoryMapBlock[] CopyMemoryMap()
    {
        var map = (MemoryMapInformation*)Find(MemoryMapTag);
        if (map is null)
        {
            return [];
        }

        int count = 0;
        for (MemoryMapEntry* entry = First(map); entry < End(map); entry = Next(map, entry))
        {
            count++;
        }

        var blocks = new MemoryMapBlock[count];
        int i = 0;
        for (MemoryMapEntry* entry = First(map); entry < End(map); entry = Next(map, entry))
        {
            blocks[i++] = new MemoryMapBlock { Address = entry->Address, Length = entry->Length, Type = entry->Type };
        }

        return blocks;
    }

    private static Tag* Find(int type)
    {
        byte* at = (byte*)s_information + 8;
        byte* end = (byte*)s_information + InformationBytes;
        while (at + sizeof(Tag) <= end)
        {
            var tag = (Tag*)at;
            if (tag->Type == EndTag || tag->Size < sizeof(Tag))
            {
                return null;
            }

            if (tag->Type == type)
            {
                return tag;
            }

            at += (tag->Size + 7) & ~7u;
        }

        return null;
    }

    private static MemoryMapEntry* First(MemoryMapInformation* map) => (MemoryMapEntry*)(map + 1);

    private static MemoryMapEntry* End(MemoryMapInformation* map) => (MemoryMapEntry*)((byte*)map + map->Tag.Size);

    private static MemoryMapEntry* Next(MemoryMapInformation* map, MemoryMapEntry* entry) =>
        (MemoryMapEntry*)((byte*)entry + map->EntrySize);

    private static nuint AlignUp(nuint address) => (address + (Paging.PageBytes - 1)) & ~(nuint)(Paging.PageBytes - 1);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Tag
    {
        public readonly int Type;
        public readonly uint Size;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MemoryMapInformation
    {
        public readonly Tag Tag;
        public readonly uint EntrySize;
        public readonly uint EntryVersion;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MemoryMapEntry
    {
        public readonly ulong Address;
        public readonly ulong Length;
        public readonly uint Type;
        public readonly uint Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct FramebufferInformation
    {
        public readonly Tag Tag;
        public readonly ulong Address;
        public readonly uint Pitch;
        public readonly uint Width;
        public readonly uint Height;
        public readonly byte BitsPerPixel;
        public readonly byte Type;
    }
}
