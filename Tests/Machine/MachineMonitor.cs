using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Text.Json;

namespace Reservoir.Tests.Machine;

/// <summary>QEMU's machine protocol (QMP): keys, screenshots, memory, cables.</summary>
internal sealed class MachineMonitor : IDisposable
{
    private readonly NetworkStream _stream;
    private readonly StreamReader _reader;
    private readonly StreamWriter _writer;

    public MachineMonitor(NetworkStream stream)
    {
        _stream = stream;
        _stream.ReadTimeout = (int)Patience.Normal.TotalMilliseconds;
        _reader = new StreamReader(stream);
        _writer = new StreamWriter(stream) { AutoFlush = true };
        _ = _reader.ReadLine() ?? throw new IOException("QEMU has closed its monitor");
        Execute("qmp_capabilities", null);
    }

    /// <summary>Does a command and waits for its answer.</summary>
    /// <returns>What QEMU returned: a text for a command of the human monitor, else the value's JSON.</returns>
    public string Execute(string command, object? arguments)
    {
        _writer.WriteLine(arguments is null
            ? JsonSerializer.Serialize(new { execute = command })
            : JsonSerializer.Serialize(new { execute = command, arguments }));
        while (_reader.ReadLine() is { } line)
        {
            using JsonDocument answer = JsonDocument.Parse(line);
            if (answer.RootElement.TryGetProperty("return", out JsonElement result))
            {
                return result.ValueKind == JsonValueKind.String ? result.GetString()! : result.GetRawText();
            }

            if (answer.RootElement.TryGetProperty("error", out JsonElement error))
            {
                throw new InvalidOperationException($"{command}: {error}");
            }
        }

        throw new InvalidOperationException($"{command}: QEMU has closed its monitor");
    }

    /// <summary>Presses and releases a key.</summary>
    /// <param name="key">QEMU's name for it.</param>
    public void PressKey(string key) => ExecuteHuman($"sendkey {key}");

    /// <summary>Where the processor is, to be added to the message of a test that waited in vain.</summary>
    public string DescribeProcessor() => ExecuteHuman("info registers") + ExecuteHuman("info pic");

    /// <summary>Pulls the cable, or puts it back.</summary>
    public void SetCable(bool plugged) => Execute("set_link", new { name = "net", up = plugged });

    public void Dispose() => _stream.Dispose();

    private string ExecuteHuman(string line) =>
        Execute("human-monitor-command", new Dictionary<string, string> { ["command-line"] = line });
}
