using System;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading;

namespace Reservoir.Tests.Machine;

/// <summary>The machine's serial line: remembers everything it said, waits for what it should say, types.</summary>
internal sealed class SerialLine : IDisposable
{
    /// <summary>What the shell shows when it waits for a command.</summary>
    public const string Prompt = "reservoir> ";

    private const int TailLines = 40;

    private readonly NetworkStream _stream;
    private readonly StringBuilder _text = new();
    private readonly Thread _reader;
    private bool _ended;

    public SerialLine(NetworkStream stream)
    {
        _stream = stream;
        _reader = new Thread(Read) { IsBackground = true };
        _reader.Start();
    }

    /// <summary>Everything so far, without carriage returns.</summary>
    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    /// <summary>The last lines.</summary>
    public string Tail => string.Join('\n', Text.Split('\n').TakeLast(TailLines));

    /// <summary>The place after what was said so far.</summary>
    public int Mark
    {
        get
        {
            lock (_text)
            {
                return _text.Length;
            }
        }
    }

    /// <summary>Waits until a text was said.</summary>
    /// <param name="expected">The text.</param>
    /// <param name="from">Where to begin looking.</param>
    /// <returns>What was said from there to the end of the text.</returns>
    public string WaitFor(string expected, int from = 0)
    {
        DateTime deadline = DateTime.UtcNow + Patience.Normal;
        lock (_text)
        {
            while (true)
            {
                string text = _text.ToString(from, _text.Length - from);
                int at = text.IndexOf(expected, StringComparison.Ordinal);
                if (at >= 0)
                {
                    return text[..(at + expected.Length)];
                }

                TimeSpan left = deadline - DateTime.UtcNow;
                if (_ended || left <= TimeSpan.Zero || !System.Threading.Monitor.Wait(_text, left))
                {
                    throw new TimeoutException(
                        $"'{expected}' was not said{(_ended ? " before the machine ended" : "")}. The end of the serial line:\n"
                        + $"{string.Join('\n', _text.ToString().Split('\n').TakeLast(TailLines))}");
                }
            }
        }
    }

    /// <summary>Types.</summary>
    public void Type(string keys) => _stream.Write(Encoding.ASCII.GetBytes(keys));

    /// <summary>Types, and doesn't read any answer for some time, as a host does that is busy.</summary>
    public void TypeAndLookAway(string keys, TimeSpan time)
    {
        lock (_text)
        {
            Type(keys);
            Thread.Sleep(time);
        }
    }

    /// <summary>Waits until the line is closed and everything was read.</summary>
    public void WaitForEnd() => _reader.Join(Patience.Normal);

    public void Dispose()
    {
        _stream.Dispose();
        _reader.Join();
    }

    private void Read()
    {
        byte[] buffer = new byte[4096];
        char[] characters = new char[Encoding.UTF8.GetMaxCharCount(buffer.Length)];
        Decoder decoder = Encoding.UTF8.GetDecoder();
        try
        {
            while (_stream.Read(buffer) is > 0 and int length)
            {
                // A character may arrive in two pieces.
                int count = decoder.GetChars(buffer, 0, length, characters, 0);
                lock (_text)
                {
                    _text.Append(new string(characters, 0, count).Replace("\r", "", StringComparison.Ordinal));
                    System.Threading.Monitor.PulseAll(_text);
                }
            }
        }
        catch (Exception error) when (error is System.IO.IOException or ObjectDisposedException)
        {
            // The machine was killed at the end of a test.
        }

        lock (_text)
        {
            _ended = true;
            System.Threading.Monitor.PulseAll(_text);
        }
    }
}
