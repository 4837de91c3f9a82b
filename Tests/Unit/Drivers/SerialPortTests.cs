using System.Linq;
using System.Text;
using Cosmos.HAL;
using Reservoir.Tests.Unit.Core;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The serial port's driver on a UART made of code.</summary>
public sealed class SerialPortTests
{
    private const byte Line = 4;
    private readonly FakeBus _bus = new();
    private readonly Fake16550 _uart = new();
    private readonly StepProcessor _processor = new();
    private readonly StringBuilder _received = new();
    private bool _isPending;

    public SerialPortTests()
    {
        _bus.Plug((int)COMPort.COM1, 8, _uart);
        _uart.Interrupt = () => _isPending = true;
    }

    [Fact]
    public void ThePortIsSetUpForEightBitsAtItsSpeedWithItsFifo()
    {
        Start();
        Assert.Equal((byte)0x03, _uart.Line);
        Assert.Equal(2, _uart.Divisor);
        Assert.True(_uart.HasFifo);
        Assert.True(_bus.HasHandler(Line));
    }

    [Fact]
    public void TextGoesOutWithCarriageReturns()
    {
        Start().Write("ab\nc"u8);
        Assert.Equal("ab\r\nc", Encoding.ASCII.GetString(_uart.Sent.ToArray()));
    }

    [Fact]
    public void BytesAreReceivedByInterrupt()
    {
        Start();
        _uart.Receive((byte)'x');
        _uart.Receive((byte)'y');
        Serve();
        Assert.Equal("xy", _received.ToString());
    }

    [Fact]
    public void WhatWasTypedBeforeTheStartIsNotLost()
    {
        _uart.Receive((byte)'1');
        _uart.Receive((byte)'2');
        Start();
        Assert.Equal("12", _received.ToString());
        Assert.False(_uart.HasFifo);
    }

    [Fact]
    public void AFloodOfBytesIsTakenInPiecesAndTheLineDoesNotFallSilent()
    {
        Start();
        string text = string.Concat(Enumerable.Range(0, 200).Select(i => (char)('a' + i % 26)));
        foreach (char value in text)
        {
            _uart.Receive((byte)value);
        }

        Assert.Equal(4, Serve());
        Assert.Equal(text, _received.ToString());
        _uart.Receive((byte)'!');
        Serve();
        Assert.Equal(text + "!", _received.ToString());
    }

    [Fact]
    public void ATransmitterThatIsNotReadyIsGivenUpInTimeAndThenCostsLittle()
    {
        SerialPort port = Start();
        _uart.IsHeld = true;
        ulong begun = _processor.Time;
        port.Write("a"u8);
        Assert.InRange(_processor.Time - begun, 1_500_000_000ul, 1_510_000_000ul);
        begun = _processor.Time;
        port.Write("bcd"u8);
        Assert.InRange(_processor.Time - begun, 24_000_000ul, 30_000_000ul);
        Assert.Empty(_uart.Sent);
        _uart.IsHeld = false;
        port.Write("e"u8);
        Assert.Equal("e"u8.ToArray(), _uart.Sent);
        _uart.IsHeld = true;
        begun = _processor.Time;
        port.Write("f"u8);
        Assert.True(_processor.Time - begun >= 1_500_000_000);
    }

    private SerialPort Start() =>
        new(_bus, _processor, COMPort.COM1, Line, BaudRate.BaudRate57600, value => _received.Append((char)value));

    private int Serve()
    {
        int count = 0;
        while (_isPending)
        {
            _isPending = false;
            _bus.Raise(Line);
            count++;
        }

        return count;
    }

    /// <summary>Time passes by being looked at: 10 microseconds each time.</summary>
    private sealed class StepProcessor : ClockProcessor
    {
        public ulong Time { get; private set; }

        public override ulong Now => Time += 10_000;
    }
}
