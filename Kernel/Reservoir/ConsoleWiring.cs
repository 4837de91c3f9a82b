using Cosmos.Common;
using Cosmos.Core.Multiboot;
using Cosmos.HAL;
using Reservoir.Console;
using Reservoir.Threads;

namespace Reservoir;

/// <summary>Serial line, screen, keyboard and log, brought together. Boot context.</summary>
public sealed class ConsoleWiring
{
    private const byte SerialLine = 4;

    private readonly TextTee _output = new(2);
    private readonly TextTee _messages = new(2);

    /// <summary>Makes them. Boot context.</summary>
    /// <param name="scheduler">Whose thread will read.</param>
    public ConsoleWiring(Scheduler scheduler)
    {
        Input = new ConsoleInput(scheduler);
        _output.Add(new SerialPort(COMPort.COM1, SerialLine, BaudRate.BaudRate115200, Input.Add));
        if (Multiboot2.HasTextScreen)
        {
            _output.Add(new TextScreen());
        }

        _ = new PS2Keyboard(Input.Add);
        _messages.Add(_output);
        _messages.Add(Input.Log);
    }

    /// <summary>Where the shell writes: the serial line and, if there is one, the screen.</summary>
    public TextOutput Output => _output;

    /// <summary>Where the boot writes: the same, and the log.</summary>
    public TextOutput Messages => _messages;

    /// <summary>What is typed on either.</summary>
    public ConsoleInput Input { get; }
}
