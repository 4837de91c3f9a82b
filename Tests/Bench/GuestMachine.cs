using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using Reservoir.Tests.Support;

namespace Reservoir.Tests.Bench;

/// <summary>A QEMU whose serial line is read and typed at. Ends when it is disposed of, whatever happens.</summary>
internal sealed class GuestMachine : IDisposable
{
    private const int TailLength = 1500;

    private readonly Process _process;
    private readonly StringBuilder _heard = new();
    private readonly Thread _reader;
    private readonly string _name;
    private int _mark;
    private bool _ended;

    private GuestMachine(string name, Process process)
    {
        _name = name;
        _process = process;
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    /// <summary>All that was heard so far.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
            {
                return _heard.ToString();
            }
        }
    }

    /// <summary>The figures among all that was heard so far.</summary>
    public IReadOnlyList<Figure> Figures => FiguresIn(Heard);

    /// <summary>Starts a machine.</summary>
    /// <param name="name">Names the log of its serial line in artifacts/log.</param>
    /// <param name="arguments">QEMU's arguments; its serial line is this program's.</param>
    public static GuestMachine Start(string name, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("qemu-system-x86_64", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return new GuestMachine(name, Process.Start(start) ?? throw new InvalidOperationException("QEMU did not start"));
    }

    /// <summary>The figures in a text.</summary>
    public static IReadOnlyList<Figure> FiguresIn(string text) =>
        [.. text.Split('\n').Select(line => Figure.TryParse(line, out Figure? figure) ? figure : null).OfType<Figure>()];

    /// <summary>Types a line.</summary>
    public void Type(string line)
    {
        _process.StandardInput.Write(line + "\r");
        _process.StandardInput.Flush();
    }

    /// <summary>Waits until a text is heard, behind the one that was waited for last.</summary>
    /// <param name="text">The text.</param>
    /// <param name="timeout">How long at most.</param>
    /// <returns>What was heard up to the end of the text.</returns>
    /// <exception cref="BenchException">It didn't come; the message has the end of what was heard.</exception>
    public string WaitFor(string text, TimeSpan timeout)
    {
        long begun = Stopwatch.GetTimestamp();
        lock (_heard)
        {
            while (true)
            {
                string heard = _heard.ToString(_mark, _heard.Length - _mark);
                int at = heard.IndexOf(text, StringComparison.Ordinal);
                if (at >= 0)
                {
                    _mark += at + text.Length;
                    return heard[..(at + text.Length)];
                }

                TimeSpan left = timeout - Stopwatch.GetElapsedTime(begun);
                if (_ended || left <= TimeSpan.Zero || !Monitor.Wait(_heard, left))
                {
                    throw new BenchException($"{_name}: '{text}' did not come. The end of what did:\n{Tail}");
                }
            }
        }
    }

    /// <summary>Waits until the machine is switched off.</summary>
    /// <param name="timeout">How long at most.</param>
    /// <returns>QEMU's exit status.</returns>
    /// <exception cref="BenchException">It goes on running, or the kernel has reported a fault; the message has the end of what was
    /// heard.</exception>
    public int WaitForExit(TimeSpan timeout)
    {
        if (!_process.WaitForExit(timeout) || !_reader.Join(timeout))
        {
            throw new BenchException($"{_name}: it is still running after {timeout.TotalSeconds:0} s. The end of what was heard:\n{Tail}");
        }

        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.WaitForExit();
        _reader.Join();
        _process.Dispose();
        string folder = Path.Combine(Repository.Artifacts, "log");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"bench-{_name}.log"), Heard);
    }

    private string Tail => _heard.ToString(Math.Max(0, _heard.Length - TailLength), Math.Min(TailLength, _heard.Length));

    private void Read()
    {
        char[] part = new char[4096];
        int count;
        do
        {
            count = _process.StandardOutput.Read(part, 0, part.Length);
            lock (_heard)
            {
                _heard.Append(new string(part, 0, count).Replace("\r", "", StringComparison.Ordinal));
                _ended = count == 0;
                Monitor.PulseAll(_heard);
            }
        }
        while (count != 0);
    }
}
