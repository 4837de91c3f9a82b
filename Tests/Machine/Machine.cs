using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Reservoir.Tests.Machine;

/// <summary>
/// A QEMU with the ISO in it, its serial line, its monitor and, on request, its network card's other end. Ends with the test, whatever
/// happens.
/// </summary>
internal sealed class Machine : IDisposable
{
    private static readonly TimeSpan s_glance = TimeSpan.FromMilliseconds(100);
    private static readonly ConcurrentDictionary<string, int> s_started = new();

    private readonly string _folder;
    private readonly Process _process;
    private readonly Socket _serialListener;
    private readonly Socket _monitorListener;
    private readonly string _log;
    private readonly List<string> _errors = [];
    private SerialLine? _serial;
    private MachineMonitor? _monitor;

    private Machine(string test, string folder, Process process, Socket serialListener, Socket monitorListener)
    {
        _log = LogOf(test);
        _folder = folder;
        _process = process;
        _serialListener = serialListener;
        _monitorListener = monitorListener;
        _process.ErrorDataReceived += (_, line) => KeepError(line.Data);
        _process.BeginErrorReadLine();
    }

    public SerialLine Serial => _serial!;

    public MachineMonitor Monitor => _monitor!;

    /// <summary>Starts a machine.</summary>
    /// <param name="setup">How it is put together.</param>
    /// <param name="test">Names the log of its serial line in artifacts/test.</param>
    public static Machine Start(MachineSetup setup, [CallerMemberName] string test = "")
    {
        string folder = Directory.CreateTempSubdirectory("reservoir-").FullName;
        Socket serial = Listen(Path.Combine(folder, "serial"));
        Socket monitor = Listen(Path.Combine(folder, "monitor"));
        var start =
            new ProcessStartInfo("qemu-system-x86_64", setup.ToArguments(folder))
            {
                RedirectStandardError = true,
                RedirectStandardInput = true
            };
        Process process = Process.Start(start) ?? throw new InvalidOperationException("QEMU did not start");
        var machine = new Machine(test, folder, process, serial, monitor);
        try
        {
            machine._serial = new SerialLine(machine.Accept(serial));
            machine._monitor = new MachineMonitor(machine.Accept(monitor));
        }
        catch (IOException error)
        {
            // A QEMU that refuses its options connects first and then ends: its own words say why.
            bool hasEnded = process.WaitForExit(Patience.Normal);
            string reason = hasEnded ? $"QEMU ended with status {process.ExitCode}" : error.Message;
            machine.Dispose();
            throw new InvalidOperationException($"{reason}: {machine.Errors}", error);
        }
        catch
        {
            machine.Dispose();
            throw;
        }

        return machine;
    }

    /// <summary>Starts a machine and waits for the shell.</summary>
    /// <param name="setup">How it is put together.</param>
    /// <param name="test">Names the log of its serial line in artifacts/test.</param>
    public static Machine Boot(MachineSetup setup, [CallerMemberName] string test = "")
    {
        Machine machine = Start(setup, test);
        try
        {
            machine.Serial.WaitFor(SerialLine.Prompt);
        }
        catch
        {
            machine.Dispose();
            throw;
        }

        return machine;
    }

    /// <summary>
    /// Types a command at the shell and waits for its answer. The kernel may say something at any time and then shows the prompt once more,
    /// so the answer begins behind
    /// the command's echo.
    /// </summary>
    /// <returns>What the command wrote, and the next prompt.</returns>
    public string Command(string command)
    {
        const int longestEcho = 160;
        int from = Math.Max(0, Serial.Mark - SerialLine.Prompt.Length);
        Serial.Type(command + "\r");
        try
        {
            string echo = Serial.WaitFor($"{SerialLine.Prompt}{command[..Math.Min(command.Length, longestEcho)]}\n", from);
            return Serial.WaitFor(SerialLine.Prompt, from + echo.Length);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"'{command}': {error.Message}\n{Monitor.DescribeProcessor()}", error);
        }
    }

    /// <summary>Switches off through the shell.</summary>
    public void ShutDown()
    {
        Serial.Type("shutdown\r");
        int status = WaitForExit();
        if (status != 0)
        {
            throw new InvalidOperationException($"QEMU ended with status {status} after 'shutdown'\n{Serial.Tail}");
        }
    }

    /// <summary>Waits until QEMU has ended.</summary>
    /// <returns>Its exit status.</returns>
    public int WaitForExit()
    {
        if (!_process.WaitForExit(Patience.Long))
        {
            throw new TimeoutException($"QEMU is still running. The end of the serial line:\n{Serial.Tail}");
        }

        Serial.WaitForEnd();
        return _process.ExitCode;
    }

    /// <summary>The 80 by 25 characters of the VGA text screen.</summary>
    public string[] ReadTextScreen()
    {
        const int columns = 80;
        const int rows = 25;
        string file = Path.Combine(_folder, "screen.bin");
        Monitor.Execute("pmemsave", new { val = 0xB8000, size = columns * rows * 2, filename = file });
        byte[] cells = File.ReadAllBytes(file);
        string[] lines = new string[rows];
        for (int row = 0; row < rows; row++)
        {
            char[] line = new char[columns];
            for (int column = 0; column < columns; column++)
            {
                line[column] = (char)cells[(row * columns + column) * 2];
            }

            lines[row] = new string(line).TrimEnd();
        }

        return lines;
    }

    /// <summary>Waits until a line of the text screen contains a text.</summary>
    public void WaitForScreen(string text)
    {
        var watch = Stopwatch.StartNew();
        while (Array.TrueForAll(ReadTextScreen(), line => !line.Contains(text, StringComparison.Ordinal)))
        {
            if (watch.Elapsed > Patience.Normal)
            {
                throw new TimeoutException($"'{text}' is not on the screen:\n{string.Join('\n', ReadTextScreen())}");
            }
        }
    }

    /// <summary>Takes a screenshot.</summary>
    /// <returns>The picture, as a portable pixmap.</returns>
    public byte[] TakeScreenshot()
    {
        string file = Path.Combine(_folder, "screen.ppm");
        Monitor.Execute("screendump", new { filename = file });
        return File.ReadAllBytes(file);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        // Without a limit: this waits for the end of what QEMU says, too.
        _process.WaitForExit();
        _process.Dispose();
        _serial?.Dispose();
        _monitor?.Dispose();
        File.WriteAllText(_log, $"{_serial?.Text}\n{Errors}");
        _serialListener.Dispose();
        _monitorListener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static Socket Listen(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(1);
        return socket;
    }

    private NetworkStream Accept(Socket listener)
    {
        var watch = Stopwatch.StartNew();
        while (!listener.Poll(s_glance, SelectMode.SelectRead))
        {
            if (_process.HasExited)
            {
                _process.WaitForExit();
                throw new InvalidOperationException($"QEMU ended with status {_process.ExitCode}: {Errors}");
            }

            if (watch.Elapsed > Patience.Normal)
            {
                throw new TimeoutException($"QEMU did not connect: {Errors}");
            }
        }

        return new NetworkStream(listener.Accept(), ownsSocket: true);
    }

    private string Errors
    {
        get
        {
            lock (_errors)
            {
                return string.Join('\n', _errors);
            }
        }
    }

    private void KeepError(string? line)
    {
        if (line is not null)
        {
            lock (_errors)
            {
                _errors.Add(line);
            }
        }
    }

    /// <summary>A file for each machine of a test.</summary>
    private static string LogOf(string test)
    {
        string folder = Path.Combine(MachineSetup.Artifacts, "test");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, $"{test}-{s_started.AddOrUpdate(test, 1, (_, count) => count + 1)}.log");
    }
}
