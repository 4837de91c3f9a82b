using System;
using System.Buffers.Binary;
using Reservoir.Drivers.Ata;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>A drive's answer to IDENTIFY DEVICE, made word by word (ATA/ATAPI-6, table 26). To begin with a drive of 1 GiB without 48-bit
/// addresses.</summary>
internal sealed class IdentifyAnswer
{
    public const int Multiple = 47;
    public const int Capabilities = 49;
    public const int Capacity = 60;
    public const int Validity = 53;
    public const int MultiwordDma = 63;
    public const int CommandSets = 83;
    public const int Enabled = 85;
    public const int Defaults = 87;
    public const int UltraDma = 88;
    public const int WideCapacity = 100;
    public const ushort Dma = 1 << 8;
    public const ushort Lba = 1 << 9;
    public const ushort WordIsValid = 1 << 14;
    public const ushort WideAddresses = 1 << 10;
    public const ushort WideFlush = 1 << 13;
    public const uint Gibibyte = 1 << 21;
    private const int Model = 27;
    private const int ModelLength = 40;

    private readonly byte[] _bytes = new byte[AtaIdentity.Bytes];

    public IdentifyAnswer()
    {
        SetModel("QEMU HARDDISK");
        this[Capabilities] = Lba;
        this[CommandSets] = WordIsValid;
        SetCapacity(Gibibyte);
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public ushort this[int word]
    {
        set => BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(word * 2), value);
    }

    public void SetCapacity(uint blocks) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Capacity * 2), blocks);

    public void SetWideCapacity(ulong blocks)
    {
        this[CommandSets] = WordIsValid | WideAddresses;
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(WideCapacity * 2), blocks);
    }

    /// <summary>The first character of each pair is in the upper half of its word.</summary>
    public void SetModel(string model)
    {
        string padded = model.PadRight(ModelLength);
        for (int i = 0; i < ModelLength; i += 2)
        {
            this[Model + i / 2] = (ushort)(padded[i] << 8 | padded[i + 1]);
        }
    }

    public AtaIdentity Parse()
    {
        return AtaIdentity.TryParse(_bytes, out AtaIdentity identity)
            ? identity : throw new InvalidOperationException("The answer is refused.");
    }
}
