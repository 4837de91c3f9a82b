using System.Collections.Generic;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>A keyboard controller made of code (Intel 8042): an output buffer of one byte behind which keyboard and mouse wait.</summary>
internal sealed class Fake8042
{
    private const byte OutputFull = 0x01;
    private const byte FromMouse = 0x20;
    private readonly Queue<(byte Value, bool IsMouse)> _waiting = new();
    private byte _last;

    public Fake8042()
    {
        Data = new DataPort(this);
        Status = new StatusPort(this);
    }

    /// <summary>Port 60h.</summary>
    public FakePorts Data { get; }

    /// <summary>Port 64h.</summary>
    public FakePorts Status { get; }

    public int Waiting => _waiting.Count;

    public void Send(byte value, bool isMouse = false) => _waiting.Enqueue((value, isMouse));

    private sealed class DataPort(Fake8042 controller) : FakePorts
    {
        /// <summary>An empty buffer has the last byte still.</summary>
        public override byte Read8(int offset)
        {
            if (controller._waiting.TryDequeue(out (byte Value, bool IsMouse) next))
            {
                controller._last = next.Value;
            }

            return controller._last;
        }
    }

    private sealed class StatusPort(Fake8042 controller) : FakePorts
    {
        public override byte Read8(int offset) => controller._waiting.TryPeek(out (byte Value, bool IsMouse) next)
            ? (byte)(OutputFull | (next.IsMouse ? FromMouse : 0)) : (byte)0;
    }
}
