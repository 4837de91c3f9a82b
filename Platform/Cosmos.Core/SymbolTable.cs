using System;

namespace Cosmos.Core;

/// <summary>
/// Names the code and the types of the running image, from the table that the build links behind it (Cosmos.Build,
/// Symbols/SymbolTableWriter.cs, gives the layout). Any context; a binary search, no allocation.
/// </summary>
public static unsafe class SymbolTable
{
    /// <summary>Finds the symbol that an address lies in.</summary>
    /// <param name="address">An address in the image.</param>
    /// <param name="name">Its name in UTF-8; <c>?</c> if there is none.</param>
    /// <param name="offset">Bytes from the symbol's start.</param>
    /// <returns>False if the address is outside the image or the image has no table.</returns>
    public static bool TryFind(nuint address, out ReadOnlySpan<byte> name, out nuint offset)
    {
        ref readonly ImageLayout image = ref ImageLayout.Current;
        name = "?"u8;
        offset = 0;
        if (address < image.ImageStart || address >= image.ImageEnd || image.SymbolsEnd - image.SymbolsStart <= sizeof(uint))
        {
            return false;
        }

        uint count = *(uint*)image.SymbolsStart;
        uint* pairs = (uint*)image.SymbolsStart + 1;
        if (count == 0 || pairs[0] > address)
        {
            return false;
        }

        uint low = 0;
        uint high = count;
        while (high - low > 1)
        {
            uint middle = low + (high - low) / 2;
            if (pairs[middle * 2] <= address)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        byte* text = (byte*)(pairs + count * 2) + pairs[low * 2 + 1];
        int length = 0;
        while (text[length] != 0)
        {
            length++;
        }

        name = new ReadOnlySpan<byte>(text, length);
        offset = address - pairs[low * 2];
        return true;
    }
}
