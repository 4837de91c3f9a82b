using System;
using System.IO;

namespace Reservoir.Tests.Machine;

/// <summary>Rules of QEMU's blkdebug, in a file that is gone after the test.</summary>
internal sealed class ErrorRules : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public ErrorRules(string text)
    {
        File.WriteAllText(_path, text);
    }

    /// <summary>A disk that follows them: the value of QEMU's <c>file=</c>.</summary>
    public string Over(DiskImage disk) => $"blkdebug:{_path}:{disk.Path}";

    public void Dispose() => File.Delete(_path);
}
