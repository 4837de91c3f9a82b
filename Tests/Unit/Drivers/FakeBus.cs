using System;
using System.Collections.Generic;
using Cosmos.Core;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>A machine made of code: devices at ports, and interrupt lines that tests raise. Ports without a device read as all
/// ones.</summary>
internal sealed class FakeBus : DeviceBus
{
    private readonly List<(int First, int Ports, PortWindow Device)> _devices = new();
    private readonly List<(byte Line, INTs.IRQDelegate Handler)> _handlers = new();

    /// <summary>Whether every line is refused.</summary>
    public bool HasNoLines { get; set; }

    /// <summary>The windows that were opened.</summary>
    public List<(int First, int Ports)> Opened { get; } = new();

    public void Plug(int first, int ports, PortWindow device) => _devices.Add((first, ports, device));

    public bool HasHandler(byte line) => _handlers.Exists(entry => entry.Line == line);

    /// <summary>Calls the handlers of a line.</summary>
    public void Raise(byte line)
    {
        foreach ((byte handled, INTs.IRQDelegate handler) in _handlers)
        {
            if (handled == line)
            {
                INTs.IRQContext context = default;
                handler(ref context);
            }
        }
    }

    public override PortWindow OpenPorts(int first, int ports)
    {
        Opened.Add((first, ports));
        foreach ((int deviceFirst, int devicePorts, PortWindow device) in _devices)
        {
            if (first >= deviceFirst && first + ports <= deviceFirst + devicePorts)
            {
                return new CheckedPorts(device, first - deviceFirst, ports);
            }
        }

        return new EmptyPorts();
    }

    public override bool SetIrqHandler(byte line, INTs.IRQDelegate handler)
    {
        if (HasNoLines || line >= INTs.Lines)
        {
            return false;
        }

        _handlers.Add((line, handler));
        return true;
    }

    private sealed class EmptyPorts : FakePorts
    {
        public override byte Read8(int offset) => byte.MaxValue;

        public override ushort Read16(int offset) => ushort.MaxValue;

        public override uint Read32(int offset) => uint.MaxValue;

        public override void Write8(int offset, byte value)
        {
        }

        public override void Write32(int offset, uint value)
        {
        }
    }

    /// <summary>An access outside of what was opened ends the test.</summary>
    private sealed class CheckedPorts(PortWindow device, int start, int ports) : PortWindow
    {
        public override byte Read8(int offset) => device.Read8(At(offset, 1));

        public override ushort Read16(int offset) => device.Read16(At(offset, 2));

        public override uint Read32(int offset) => device.Read32(At(offset, 4));

        public override void Write8(int offset, byte value) => device.Write8(At(offset, 1), value);

        public override void Write16(int offset, ushort value) => device.Write16(At(offset, 2), value);

        public override void Write32(int offset, uint value) => device.Write32(At(offset, 4), value);

        public override void ReadMany16(int offset, Span<byte> destination) => device.ReadMany16(At(offset, 2), destination);

        public override void ReadMany32(int offset, Span<byte> destination) => device.ReadMany32(At(offset, 4), destination);

        public override void WriteMany16(int offset, ReadOnlySpan<byte> source) => device.WriteMany16(At(offset, 2), source);

        public override void WriteMany32(int offset, ReadOnlySpan<byte> source) => device.WriteMany32(At(offset, 4), source);

        private int At(int offset, int width) => offset >= 0 && offset + width <= ports
            ? start + offset : throw new ArgumentOutOfRangeException(nameof(offset), offset, $"outside of a window of {ports} ports");
    }
}
