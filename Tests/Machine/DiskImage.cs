using System;
using System.IO;

namespace Reservoir.Tests.Machine;

/// <summary>The image of a disk, blank at first; gone after the test.</summary>
internal sealed class DiskImage : IDisposable
{
    public DiskImage(long bytes = 16 * 1024 * 1024)
    {
        Path = System.IO.Path.GetTempFileName();
        using FileStream file = File.OpenWrite(Path);
        file.SetLength(bytes);
    }

    public string Path { get; }

    public byte[] Read() => File.ReadAllBytes(Path);

    public void Write(long offset, ReadOnlySpan<byte> data)
    {
        using FileStream file = File.OpenWrite(Path);
        file.Position = offset;
        file.Write(data);
    }

    public void Dispose() => File.Delete(Path);
}
