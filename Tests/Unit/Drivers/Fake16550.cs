using System;
using System.Collections.Generic;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>A UART made of code (PC16550D): divisor latch, receiver with and without FIFO, a transmitter that a test can hold, and the
/// interrupt for received data.</summary>
internal sealed class Fake16550 : FakePorts
{
    private const int Interrupts = 1;
    private const int FifoControl = 2;
    private const int LineControl = 3;
    private const int ModemControl = 4;
    private const int LineStatus = 5;
    private const byte DivisorLatch = 0x80;
    private const byte DataReady = 0x01;
    private const byte TransmitEmpty = 0x20;
    private const byte InterruptOutput = 0x08;
    private readonly Queue<byte> _received = new();
    private readonly byte[] _divisor = new byte[2];
    private byte _interrupts;
    private byte _modem;
    private bool _line;

    /// <summary>Called for each rising edge of its line.</summary>
    public Action Interrupt { get; set; } = () => { };

    public List<byte> Sent { get; } = new();

    public byte Line { get; private set; }

    public int Divisor => _divisor[0] | _divisor[1] << 8;

    public bool HasFifo { get; private set; }

    /// <summary>Whether the transmitter stays full.</summary>
    public bool IsHeld { get; set; }

    /// <summary>How often the status was read.</summary>
    public int StatusReads { get; private set; }

    public int Waiting => _received.Count;

    public void Receive(byte value)
    {
        _received.Enqueue(value);
        Update();
    }

    public override byte Read8(int offset)
    {
        switch (offset)
        {
            case 0:
                byte value = _received.TryDequeue(out byte next) ? next : (byte)0;
                Update();
                return value;
            case LineStatus:
                StatusReads++;
                return (byte)((_received.Count != 0 ? DataReady : 0) | (IsHeld ? 0 : TransmitEmpty));
            default:
                return base.Read8(offset);
        }
    }

    public override void Write8(int offset, byte value)
    {
        switch (offset)
        {
            case 0 or Interrupts when (Line & DivisorLatch) != 0:
                _divisor[offset] = value;
                break;
            case 0 when IsHeld:
                throw new InvalidOperationException("16550: a byte for a transmitter that is full");
            case 0:
                Sent.Add(value);
                break;
            case Interrupts:
                _interrupts = value;
                break;
            case FifoControl:
                // A change of the FIFO's state empties it.
                _received.Clear();
                HasFifo = (value & 1) != 0;
                break;
            case LineControl:
                Line = value;
                break;
            case ModemControl:
                _modem = value;
                break;
            default:
                base.Write8(offset, value);
                break;
        }

        Update();
    }

    private void Update()
    {
        bool line = _received.Count != 0 && (_interrupts & 1) != 0 && (_modem & InterruptOutput) != 0;
        bool isRising = line && !_line;
        _line = line;
        if (isRising)
        {
            Interrupt();
        }
    }
}
