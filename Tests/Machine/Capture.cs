using System;
using System.Diagnostics;
using System.IO;

namespace Reservoir.Tests.Machine;

/// <summary>What was on the cable, read by somebody who knows nothing of this kernel: tshark, with all checksums checked.</summary>
internal sealed class Capture : IDisposable
{
    /// <summary>As <see cref="MachineSetup.CaptureFile"/>.</summary>
    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);

    /// <summary>The frames that a filter of tshark's lets through, a line each.</summary>
    /// <param name="filter">The filter, as in Wireshark's window.</param>
    public string[] Find(string filter)
    {
        string[] arguments =
        [
            "-r", Path, "-n", "-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE",
                "-Y", filter,
        ];
        var start = new ProcessStartInfo("tshark", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("tshark did not start");
        var errors = process.StandardError.ReadToEndAsync();
        string lines = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? lines.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException($"tshark, '{filter}': {errors.Result}");
    }
}
