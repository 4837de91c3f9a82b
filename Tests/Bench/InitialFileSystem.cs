using System;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Text;

namespace Reservoir.Tests.Bench;

/// <summary>Writes the archive from which Linux fills its first file system: cpio in its "newc" format, compressed (Linux,
/// Documentation/driver-api/early-userspace/buffer-format.rst).</summary>
internal sealed class InitialFileSystem : IDisposable
{
    private const int DirectoryMode = 0x41ED;
    private const int ProgramMode = 0x81ED;
    private const int Alignment = 4;

    private readonly Stream _stream;
    private int _files;
    private long _written;

    /// <summary>Begins an archive.</summary>
    public InitialFileSystem(string file)
    {
        _stream = new GZipStream(File.Create(file), CompressionLevel.Fastest);
    }

    /// <summary>Adds a folder.</summary>
    public void AddFolder(string name) => Add(name, DirectoryMode, []);

    /// <summary>Adds a file that may be run.</summary>
    public void AddFile(string name, byte[] content) => Add(name, ProgramMode, content);

    /// <summary>Ends the archive.</summary>
    public void Dispose()
    {
        Add("TRAILER!!!", 0, []);
        _stream.Dispose();
    }

    private void Add(string name, int mode, byte[] content)
    {
        _files++;
        int[] fields = [_files, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, name.Length + 1, 0];
        var header = new StringBuilder("070701");
        foreach (int field in fields)
        {
            header.Append(field.ToString("X8", CultureInfo.InvariantCulture));
        }

        Write(Encoding.ASCII.GetBytes(header.Append(name).Append('\0').ToString()));
        Write(content);
    }

    private void Write(byte[] part)
    {
        _stream.Write(part);
        _written += part.Length;
        int padding = (int)((Alignment - _written % Alignment) % Alignment);
        _stream.Write(new byte[padding]);
        _written += padding;
    }
}
