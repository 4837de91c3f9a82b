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

    /// <summary>Takes charge of the keyboard. Boot context.</summary>
    /// <param name="received">Called for every byte, in interrupt context.</param>
    public PS2Keyboard(ByteReceived received)
    {
        _received = received;
        Discard();
        INTs.SetIrqHandler(Line, HandleInterrupt);
    }

    private static void Discard()
    {
        for (int i = 0; i < MostPerInterrupt && (IOPort.Read8(Status) & OutputFull) != 0; i++)
        {
            IOPort.Read8(Data);
        }
    }

    [AllocationFree]
    private void HandleInterrupt(ref INTs.IRQContext context)
    {
        for (int i = 0; i < MostPerInterrupt; i++)
        {
            byte status = IOPort.Read8(Status);
            if ((status & OutputFull) == 0)
            {
                return;
            }

            byte code = IOPort.Read8(Data);
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
