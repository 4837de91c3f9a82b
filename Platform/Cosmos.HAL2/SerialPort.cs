using System;
using Cosmos.Common;
using Cosmos.Core;

namespace Cosmos.HAL;

/// <summary>
/// A serial port (16550 UART, National Semiconductor PC16550D data sheet): text out by polling, bytes in by interrupt.
/// </summary>
/// <remarks>
/// Writing waits for the transmitter, so it belongs into threads, not into interrupt handlers. A transmitter that does not become ready is
/// given up after a bounded wait, and until it is ready again each byte waits a short time only: then text is lost, not time. A line feed
/// goes out as carriage return and line feed.
/// </remarks>
[AllocationFree]
public sealed class SerialPort : TextOutput
{
    private const int Data = 0;
    private const int Interrupts = 1;
    private const int FifoControl = 2;
    private const int LineControl = 3;
    private const int ModemControl = 4;
    private const int LineStatus = 5;
    private const byte ReceiveInterrupt = 0x01;
    private const byte FifoOn = 0x01;
    private const byte EightBitsNoParity = 0x03;
    private const byte DivisorLatch = 0x80;
    private const byte TerminalReadyRequestToSend = 0x03;
    private const byte InterruptOutput = 0x08;
    private const byte DataReady = 0x01;
    private const byte TransmitEmpty = 0x20;

    /// <summary>How long a transmitter may take, in milliseconds: an emulator's stops while its reader on the host has something else to
    /// do.</summary>
    private const ulong LongestWait = 1500;

    /// <summary>The same for each byte more, several times what one takes on a wire.</summary>
    private const ulong ShortWait = 8;
    private const int MostPerInterrupt = 64;
    private const int Ports = 8;

    private readonly PortWindow _ports;
    private readonly Processor _processor;
    private readonly ByteReceived _received;
    private bool _isGivenUp;

    /// <summary>Sets a port of this machine up for 8 bits, no parity. Boot context.</summary>
    /// <param name="aPort">Its first I/O port.</param>
    /// <param name="line">Its interrupt line.</param>
    /// <param name="aBaudRate">Its speed.</param>
    /// <param name="received">Called for every byte that arrives, in interrupt context or, for what was typed before, right here.</param>
    [MayAllocate("boot")]
    public SerialPort(COMPort aPort, byte line, BaudRate aBaudRate, ByteReceived received)
        : this(ProcessorBus.Instance, X86Processor.Instance, aPort, line, aBaudRate, received)
    {
    }

    /// <summary>Sets a port on a bus up for 8 bits, no parity. Boot context.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="processor">Has the counter that a transmitter's time is measured by.</param>
    /// <param name="aPort">Its first I/O port.</param>
    /// <param name="line">Its interrupt line.</param>
    /// <param name="aBaudRate">Its speed.</param>
    /// <param name="received">Called for every byte that arrives, in interrupt context or, for what was typed before, right here.</param>
    [MayAllocate("boot")]
    public SerialPort(DeviceBus bus, Processor processor, COMPort aPort, byte line, BaudRate aBaudRate, ByteReceived received)
    {
        _ports = bus.OpenPorts((int)aPort, Ports);
        _processor = processor;
        _received = received;
        _ports.Write8(Interrupts, 0);
        _ports.Write8(LineControl, DivisorLatch);
        _ports.Write8(Data, (byte)aBaudRate);
        _ports.Write8(Interrupts, 0);
        _ports.Write8(LineControl, EightBitsNoParity);

        // Switching the FIFO on throws away what has arrived, also in the moment between the check and the switch. So if there is
        // input already the FIFO stays off, and bytes are taken one by one; then nothing is lost.
        if ((_ports.Read8(LineStatus) & DataReady) == 0)
        {
            _ports.Write8(FifoControl, FifoOn);
        }

        _ports.Write8(ModemControl, TerminalReadyRequestToSend | InterruptOutput);
        bus.SetIrqHandler(line, HandleInterrupt);
        _ports.Write8(Interrupts, ReceiveInterrupt);
        TakeReceived();
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> utf8)
    {
        foreach (byte value in utf8)
        {
            if (value == '\n')
            {
                Send((byte)'\r');
            }

            Send(value);
        }
    }

    private void HandleInterrupt(ref INTs.IRQContext context) => TakeReceived();

    private void TakeReceived()
    {
        for (int i = 0; i < MostPerInterrupt; i++)
        {
            if ((_ports.Read8(LineStatus) & DataReady) == 0)
            {
                return;
            }

            _received(_ports.Read8(Data));
        }

        // The interrupt controller sees edges only, and the port keeps its line raised while a byte is there: it is lowered and raised
        // here, or input that comes faster than it is taken would silence the port for ever.
        _ports.Write8(Interrupts, 0);
        _ports.Write8(Interrupts, ReceiveInterrupt);
    }

    private void Send(byte value)
    {
        ulong timeout = _processor.TimestampFrequency / 1000 * (_isGivenUp ? ShortWait : LongestWait);
        ulong begun = _processor.Timestamp;
        do
        {
            if ((_ports.Read8(LineStatus) & TransmitEmpty) != 0)
            {
                _ports.Write8(Data, value);
                _isGivenUp = false;
                return;
            }
        }
        while (_processor.Timestamp - begun < timeout);

        _isGivenUp = true;
    }
}
