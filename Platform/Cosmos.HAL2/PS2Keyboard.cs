using System;
using Cosmos.Common;
using Cosmos.Core;

namespace Cosmos.HAL;

/// <summary>
/// The keyboard on the PS/2 controller (Intel 8042; IBM PS/2 technical reference), line 1. Its keys arrive as a terminal's bytes.
/// </summary>
public sealed class PS2Keyboard : Device
{
    private const int Data = 0x60;
    private const int Status = 0x64;
    private const byte OutputFull = 0x01;
    private const byte FromMouse = 0x20;
    private const byte Line = 1;
    private const int MostPerInterrupt = 16;

    private readonly ScanCodeDecoder _decoder = new();
    private readonly ByteReceived _received;
    private readonly PortWindow _data;
    private readonly PortWindow _status;

    /// <summary>Takes charge of this machine's keyboard. Boot context.</summary>
    /// <param name="received">Called for every byte, in interrupt context.</param>
    public PS2Keyboard(ByteReceived received)
        : this(ProcessorBus.Instance, received)
    {
    }

    /// <summary>Takes charge of the keyboard on a bus. Boot context.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="received">Called for every byte, in interrupt context.</param>
    public PS2Keyboard(DeviceBus bus, ByteReceived received)
    {
        _received = received;
        _data = bus.OpenPorts(Data, 1);
        _status = bus.OpenPorts(Status, 1);
        Discard();
        bus.SetIrqHandler(Line, HandleInterrupt);
    }

    private void Discard()
    {
        for (int i = 0; i < MostPerInterrupt && (_status.Read8(0) & OutputFull) != 0; i++)
        {
            _data.Read8(0);
        }
    }

    [AllocationFree]
    private void HandleInterrupt(ref INTs.IRQContext context)
    {
        for (int i = 0; i < MostPerInterrupt; i++)
        {
            byte status = _status.Read8(0);
            if ((status & OutputFull) == 0)
            {
                return;
            }

            byte code = _data.Read8(0);
            if ((status & FromMouse) == 0)
            {
                foreach (byte value in _decoder.Decode(code))
                {
                    _received(value);
                }
            }
        }
    }
}
