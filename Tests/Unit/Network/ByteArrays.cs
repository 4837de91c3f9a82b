using System;

namespace Reservoir.Tests.Unit.Network;

internal static class ByteArrays
{
    public static byte[] Fill(this byte[] bytes, byte value)
    {
        Array.Fill(bytes, value);
        return bytes;
    }
}
