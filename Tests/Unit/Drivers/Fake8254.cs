using System;
using System.Collections.Generic;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>
/// A programmable interval timer made of code (Intel 8254), as far as mode 0 of channels 0 and 2 goes, and the port that gates channel 2.
/// Its clock is the test's.
/// </summary>
internal sealed class Fake8254 : FakePorts
{
    private const int Command = 3;
    private const byte Gate2 = 0x01;
    private const byte Speaker = 0x02;
    private const byte Output2 = 0x20;
    private readonly Func<ulong> _now;
    private readonly Channel[] _channels = [new(), new(), new()];
    private byte _control = Speaker | 0x10;

    /// <param name="now">The timer's own clock: counts of its input.</param>
    public Fake8254(Func<ulong> now)
    {
        _now = now;
        Control = new ControlPort(this);
    }

    /// <summary>System control port B, 61h.</summary>
    public FakePorts Control { get; }

    /// <summary>Whether its input runs.</summary>
    public bool IsRunning { get; set; } = true;

    /// <summary>Counts that were loaded into channel 0.</summary>
    public List<int> Loaded { get; } = new();

    public bool IsSpeakerOn => (_control & Speaker) != 0;

    public override void Write8(int offset, byte value)
    {
        if (offset == Command)
        {
            // Bits 7-6 channel, 5-4 low then high byte, 3-1 mode, 0 binary.
            if ((value & 0x3F) != 0x30 || value >> 6 == 3)
            {
                throw new InvalidOperationException($"8254: control word {value:X2}");
            }

            _channels[value >> 6] = new Channel { IsReady = true };
            return;
        }

        Channel channel = _channels[offset];
        if (!channel.IsReady)
        {
            throw new InvalidOperationException($"8254: a count for channel {offset} without a control word");
        }

        channel.Count |= value << 8 * channel.Written++;
        if (channel.Written == 2)
        {
            channel.IsReady = false;
            channel.IsLoaded = true;
            channel.LoadedAt = _now();
            if (offset == 0)
            {
                Loaded.Add(channel.Count);
            }
        }
    }

    /// <summary>In mode 0 the output is low from the control word until the count is over; the gate must be open for it to count.</summary>
    private bool IsOutputHigh(Channel channel) =>
        channel.IsLoaded && IsRunning && (_control & Gate2) != 0 && _now() - channel.LoadedAt >= (ulong)channel.Count;

    private sealed class Channel
    {
        public bool IsReady { get; set; }

        public bool IsLoaded { get; set; }

        public int Written { get; set; }

        public int Count { get; set; }

        public ulong LoadedAt { get; set; }
    }

    private sealed class ControlPort(Fake8254 timer) : FakePorts
    {
        public override byte Read8(int offset) =>
            (byte)(timer._control | (timer.IsOutputHigh(timer._channels[2]) ? Output2 : 0));

        public override void Write8(int offset, byte value)
        {
            if ((value & Gate2) != 0 && (timer._control & Gate2) == 0)
            {
                timer._channels[2].LoadedAt = timer._now();
            }

            timer._control = (byte)(value & ~Output2);
        }
    }
}
