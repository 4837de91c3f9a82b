using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Network;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Benchmarks.Frames;

/// <summary>
/// What a received frame costs from the interrupt to the protocol thread's verdict, in counts of the processor's counter. The card sends to itself, so that no host is needed.
/// </summary>
/// <remarks>
/// The frames are given to the card with interrupts held off; what is counted begins when they are let in, with the interrupt that waits, and ends when this thread, less important than the protocol thread, has the
/// processor again: interrupt, driver, queue, two thread switches, protocols, service, and that the frames are out as well. <c>frame-instructions</c> is one frame alone, the most expensive way; <c>frame-instructions-burst</c> one of as many
/// as an interrupt takes. The lowest of several, so that the timer doesn't show.
/// </remarks>
public sealed class FrameBenchmark
{
    private const int Rounds = 32;
    private const int Burst = 32;
    private const int DataBytes = 18;
    private const ulong LinkPatience = 3 * Clock.NanosecondsPerSecond;
    private const ulong Pause = 2 * Clock.NanosecondsPerMillisecond;

    private readonly Scheduler _scheduler;
    private readonly NetworkStack _stack;
    private readonly DiscardService _service = new();
    private readonly byte[] _frame = new byte[EthernetFrame.MinimumLength];

    /// <summary>Adds its service to the stack. Boot context.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="stack">The protocols on the card.</param>
    public FrameBenchmark(Scheduler scheduler, NetworkStack stack)
    {
        _scheduler = scheduler;
        _stack = stack;
        stack.Ports.Add(_service);
    }

    /// <summary>Measures. Thread context.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="output">Where the figures go.</param>
    public void Run(ThreadContext context, TextOutput output)
    {
        if (_stack.Output is null || !_stack.Device.SetLoopback(true))
        {
            output.WriteLine("BENCH-FAILED frame-instructions: the card can't send to itself"u8);
            return;
        }

        WaitForLink(context);
        BuildFrame();
        Write(output, "frame-instructions", Lowest(context, _stack.Output, 1));
        Write(output, "frame-instructions-burst", Lowest(context, _stack.Output, Burst));
        _stack.Device.SetLoopback(false);
    }

    private static void Write(TextOutput output, string name, ulong counts)
    {
        if (counts == ulong.MaxValue)
        {
            output.WriteLine($"BENCH-FAILED {name}: the card's own frames did not come back");
            return;
        }

        output.WriteLine($"BENCH {name} instructions {counts}");
    }

    /// <summary>A card that negotiates takes no frames before it is done.</summary>
    private void WaitForLink(ThreadContext context)
    {
        ulong begun = _scheduler.Clock.Nanoseconds;
        while (!_stack.Device.LinkUp && _scheduler.Clock.Nanoseconds - begun < LinkPatience)
        {
            _scheduler.Sleep(context, Pause);
        }
    }

    /// <summary>A datagram from a neighbour, in one of the shortest frames.</summary>
    private void BuildFrame()
    {
        var neighbour = new MacAddress(_stack.HardwareAddress.Value ^ 1);
        var source = new Ipv4Address(_stack.Configuration.Address.Value ^ 1);
        Ipv4Address own = _stack.Configuration.Address;
        EthernetFrame.WriteHeader(_frame, _stack.HardwareAddress, neighbour, EtherType.Ipv4);
        Span<byte> packet = _frame.AsSpan(EthernetFrame.HeaderLength);
        Span<byte> datagram = packet.Slice(Ipv4Packet.MinimumHeaderLength, UdpDatagram.HeaderLength + DataBytes);
        UdpDatagram.WriteHeader(datagram, source, own, DiscardService.DiscardPort + 1000, DiscardService.DiscardPort);
        Ipv4Packet.WriteHeader(packet, 0, Ipv4Protocol.Udp, source, own, datagram.Length);
    }

    /// <summary>The lowest count for each of so many frames; the highest number there is if some got lost.</summary>
    private ulong Lowest(ThreadContext context, FrameOutput output, int frames)
    {
        ulong lowest = ulong.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            // The card lets some time pass between two interrupts; the next one shall come at once.
            _scheduler.Sleep(context, Pause);
            ulong taken = _service.Taken;
            ulong counts = Measure(output, frames);
            if (_service.Taken - taken != (uint)frames)
            {
                return ulong.MaxValue;
            }

            lowest = Math.Min(lowest, counts);
        }

        return (lowest + (uint)frames / 2) / (uint)frames;
    }

    private ulong Measure(FrameOutput output, int frames)
    {
        Processor processor = _scheduler.Processor;
        nuint state = processor.MaskInterrupts();
        for (int i = 0; i < frames; i++)
        {
            output.TrySend(_frame, TransmitChecksums.None);
        }

        ulong begun = processor.Timestamp;
        processor.RestoreInterrupts(state);
        return processor.Timestamp - begun;
    }
}
