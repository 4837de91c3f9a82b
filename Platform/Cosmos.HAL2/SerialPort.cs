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

    private readonly int _base;
    private readonly ByteReceived _received;
    private bool _isGivenUp;

    /// <summary>Sets a port up for 8 bits, no parity. Boot context.</summary>
    /// <param name="aPort">Its first I/O port.</param>
    /// <param name="line">Its interrupt line.</param>
    /// <param name="aBaudRate">Its speed.</param>
    /// <param name="received">Called for every byte that arrives, in interrupt context or, for what was typed before, right here.</param>
    public SerialPort(COMPort aPort, byte line, BaudRate aBaudRate, ByteReceived received)
    {
        _base = (int)aPort;
        _received = received;
        IOPort.Write8(_base + Interrupts, 0);
        IOPort.Write8(_base + LineControl, DivisorLatch);
        IOPort.Write8(_base, (byte)aBaudRate);
        IOPort.Write8(_base + Interrupts, 0);
        IOPort.Write8(_base + LineControl, EightBitsNoParity);

        // Switching the FIFO on throws away what has arrived, also in the moment between looking and switching. So who types ahead
        // is served without it, byte by byte; then nothing is lost.
        if ((IOPort.Read8(_base + LineStatus) & DataReady) == 0)
        {
            IOPort.Write8(_base + FifoControl, FifoOn);
        }

        IOPort.Write8(_base + ModemControl, TerminalReadyRequestToSend | InterruptOutput);
        INTs.SetIrqHandler(line, HandleInterrupt);
        IOPort.Write8(_base + Interrupts, ReceiveInterrupt);
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
            if ((IOPort.Read8(_base + LineStatus) & DataReady) == 0)
            {
                return;
            }

            _received(IOPort.Read8(_base));
        }

        // The interrupt controller sees edges only, and the port keeps its line raised while a byte is there: it is lowered and raised
        // by hand, or what comes faster than it is taken would silence the port for ever.
        IOPort.Write8(_base + Interrupts, 0);
        IOPort.Write8(_base + Interrupts, ReceiveInterrupt);
    }

    private void Send(byte value)
    {
        X86Processor processor = X86Processor.Instance;
        ulong patience = processor.TimestampFrequency / 1000 * (_isGivenUp ? ShortWait : LongestWait);
        ulong begun = processor.Timestamp;
        do
        {
            if ((IOPort.Read8(_base + LineStatus) & TransmitEmpty) != 0)
            {
                IOPort.Write8(_base, value);
                _isGivenUp = false;
                return;
            }
        }
        while (processor.Timestamp - begun < patience);

        _isGivenUp = true;
    }
}
