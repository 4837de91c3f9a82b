using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Sockets;

namespace Reservoir.Tests.Machine;

/// <summary>
/// A QEMU with the ISO in it, its serial line, its monitor and, on request, its network card's other end. Ends with the test, whatever happens.
/// </summary>
internal sealed class Machine : IDisposable
{
    private readonly string _folder;
    private readonly Process _process;
    private readonly Socket _serialListener;
    private readonly Socket _monitorListener;
    private readonly List<string> _errors = [];

    private Machine(string folder, Process process, Socket serialListener, Socket monitorListener)
    {
        _folder = folder;
        _process = process;
        _serialListener = serialListener;
        _monitorListener = monitorListener;
        _process.ErrorDataReceived += (_, line) => _errors.Add(line.Data ?? "");
        _process.BeginErrorReadLine();
        Serial = new SerialLine(Accept(serialListener));
        Monitor = new MachineMonitor(Accept(monitorListener));
    }

    public SerialLine Serial { get; }

    public MachineMonitor Monitor { get; }

    /// <summary>Starts a machine.</summary>
    public static Machine Start(MachineSetup setup)
    {
        string folder = Directory.CreateTempSubdirectory("reservoir-").FullName;
        Socket serial = Listen(Path.Combine(folder, "serial"));
        Socket monitor = Listen(Path.Combine(folder, "monitor"));
        var start = new ProcessStartInfo("qemu-system-x86_64", setup.ToArguments(folder)) { RedirectStandardError = true, RedirectStandardInput = true };
        Process process = Process.Start(start) ?? throw new InvalidOperationException("QEMU did not start");
        return new Machine(folder, process, serial, monitor);
    }

    /// <summary>Starts a machine and waits for the shell.</summary>
    public static Machine Boot(MachineSetup setup)
    {
        Machine machine = Start(setup);
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
    /// Types a command at the shell and waits for its answer. The kernel may say something at any time and then shows the prompt once more, so the answer begins behind
    /// the command's echo.
    /// </summary>
    /// <returns>What the command wrote, and the next prompt.</returns>
    public string Command(string command)
    {
        const int longestEcho = 160;
        int from = Math.Max(0, Serial.Mark - SerialLine.Prompt.Length);
        Serial.Type(command + "\r");
        string echo = Serial.WaitFor($"{SerialLine.Prompt}{command[..Math.Min(command.Length, longestEcho)]}\n", from);
        return Serial.WaitFor(SerialLine.Prompt, from + echo.Length);
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

        _process.WaitForExit();
        _process.Dispose();
        Serial.Dispose();
        Monitor.Dispose();
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
        if (!listener.Poll(Patience.Normal, SelectMode.SelectRead))
        {
            _process.Kill();
            throw new TimeoutException($"QEMU did not connect: {string.Join('\n', _errors)}");
        }

        return new NetworkStream(listener.Accept(), ownsSocket: true);
    }
}
