using System;
using System.Buffers.Binary;

namespace Cosmos.Core;

/// <summary>
/// QEMU's firmware configuration device (docs/specs/fw_cfg in QEMU's sources): named files that whoever starts the emulator hands to the
/// guest. On any other machine there is no file. Boot context.
/// </summary>
public static class FirmwareConfiguration
{
    private const int SelectorPort = 0x510;
    private const int DataPort = 0x511;
    private const ushort SignatureKey = 0x0000;
    private const ushort DirectoryKey = 0x0019;
    private const int NameBytes = 56;
    private const int MostFiles = 256;

    /// <summary>Reads a file.</summary>
    /// <param name="name">Its name, at most 55 bytes.</param>
    /// <param name="content">Receives its beginning.</param>
    /// <returns>How many bytes were read: the file's length or that of <paramref name="content"/>; 0 if there is no such file.</returns>
    public static int ReadFile(ReadOnlySpan<byte> name, Span<byte> content)
    {
        Span<byte> signature = stackalloc byte[4];
        Select(SignatureKey);
        Read(signature);
        if (!signature.SequenceEqual("QEMU"u8))
        {
            return 0;
        }

        Span<byte> word = stackalloc byte[4];
        Span<byte> entryName = stackalloc byte[NameBytes];
        Select(DirectoryKey);
        Read(word);
        uint files = Math.Min(BinaryPrimitives.ReadUInt32BigEndian(word), MostFiles);
        for (uint i = 0; i < files; i++)
        {
            Read(word);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(word);
            Read(word);
            ushort key = BinaryPrimitives.ReadUInt16BigEndian(word);
            Read(entryName);
            int end = entryName.IndexOf((byte)0);
            if (entryName.Slice(0, end < 0 ? NameBytes : end).SequenceEqual(name))
            {
                Span<byte> wanted = content.Slice(0, (int)Math.Min(length, (uint)content.Length));
                Select(key);
                Read(wanted);
                return wanted.Length;
            }
        }

        return 0;
    }

    private static void Select(ushort key) => IOPort.Write16(SelectorPort, key);

    private static void Read(Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = IOPort.Read8(DataPort);
        }
    }
}
