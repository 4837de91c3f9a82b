using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Network;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Lab.Benchmarks.Frames;

/// <summary>
/// What a received frame costs from the interrupt to the protocol thread's verdict, in counts of the processor's counter. The card sends to
/// itself, so that no host is needed.
/// </summary>
/// <remarks>
/// <para>The frames are given to the card with interrupts held off; what is counted begins when they are let in, with the interrupt that
/// waits. The lowest of several counts, so that the timer doesn't show.</para>
/// <para><c>frame-instructions</c> ends with the verdict: one frame alone, the most expensive way, until its service has taken it. Its
/// buffer as a frame that was sent has been given back before, since a frame of another's would have none. The other two end when this
/// thread, less important than the protocol thread, has the processor again, and contain all that happens until then:
/// <c>frame-instructions-whole</c> is one frame alone, with its buffer's return, the protocol thread's next wait, the switch back, and that
/// the card reports it as sent; <c>frame-instructions-burst</c> is one of <see cref="Burst"/>, each with its buffer's return and a part of
/// the rest.</para>
/// </remarks>
public sealed class FrameBenchmark
{
    private const int Rounds = 32;
    private const int Burst = 32;
    private const int DataBytes = 18;
    private const ushort SourcePort = 1009;
    private const ulong LinkPatience = 3 * Clock.NanosecondsPerSecond;
    private const ulong Pause = 2 * Clock.NanosecondsPerMillisecond;

    private readonly Scheduler _scheduler;
    private readonly NetworkStack _stack;
    private readonly DiscardService _discard = new();
    private readonly VerdictService _verdict;
    private readonly FrameBuilder _builder = new();
    private readonly byte[] _frame = new byte[EthernetFrame.MinimumLength];

    /// <summary>Adds its services to the stack. Boot context.</summary>
    /// <param name="scheduler">The scheduler.</param>
    /// <param name="stack">The protocols on the card.</param>
    public FrameBenchmark(Scheduler scheduler, NetworkStack stack)
    {
        _scheduler = scheduler;
        _stack = stack;
        _verdict = new VerdictService(scheduler.Processor);
        stack.Ports.Add(_discard);
        stack.Ports.Add(_verdict);
    }

    /// <summary>Measures. Thread context.</summary>
    /// <param name="context">The right to wait.</param>
    /// <param name="output">Where the figures go.</param>
    public void Run(ThreadContext context, TextOutput output)
    {
        if (!_stack.Card.SetLoopback(true))
        {
            output.WriteLine("BENCH-FAILED frame-instructions: the card can't send to itself"u8);
            return;
        }

        WaitForLink(context);
        BuildFrame(VerdictService.VerdictPort);
        Write(output, "frame-instructions", LowestToVerdict(context, _stack.Card));
        BuildFrame(DiscardService.DiscardPort);
        Write(output, "frame-instructions-whole", Lowest(context, _stack.Card, 1));
        Write(output, "frame-instructions-burst", Lowest(context, _stack.Card, Burst));
        _stack.Card.SetLoopback(false);
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
        while (!_stack.Card.LinkUp && _scheduler.Clock.Nanoseconds - begun < LinkPatience)
        {
            _scheduler.Sleep(context, Pause);
        }
    }

    /// <summary>A datagram from a neighbour, in one of the shortest frames.</summary>
    private void BuildFrame(ushort port)
    {
        Ipv4Address own = _stack.Configuration.Address;
        var neighbour = new FrameSource(new MacAddress(_stack.HardwareAddress.Value ^ 1), new Ipv4Address(own.Value ^ 1));
        var route = new ReplyRoute(_stack.HardwareAddress, own, typeOfService: 0);
        _builder.UdpPayload.Slice(0, DataBytes).Clear();
        _builder.BuildUdp(in neighbour, SourcePort, in route, port, DataBytes, cardFinishes: false).CopyTo(_frame);
    }

    /// <summary>The lowest count until the verdict on one frame; the highest number there is if one got lost.</summary>
    private ulong LowestToVerdict(ThreadContext context, NetworkCard output)
    {
        ulong lowest = ulong.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            _scheduler.Sleep(context, Pause);
            ulong taken = _verdict.Taken;
            Processor processor = _scheduler.Processor;
            nuint state = processor.MaskInterrupts();
            output.TrySend(_frame, TransmitChecksums.None);

            // Gives back what is out. The thread that else does this waits for frames.
            _stack.Card.Watch();
            ulong begun = processor.Timestamp;
            processor.RestoreInterrupts(state);
            if (_verdict.Taken - taken != 1)
            {
                return ulong.MaxValue;
            }

            lowest = Math.Min(lowest, _verdict.TakenAt - begun);
        }

        return lowest;
    }

    /// <summary>The lowest count for each of so many frames; the highest number there is if some got lost.</summary>
    private ulong Lowest(ThreadContext context, NetworkCard output, int frames)
    {
        ulong lowest = ulong.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            // The card lets some time pass between two interrupts; the next one shall come at once.
            _scheduler.Sleep(context, Pause);
            ulong taken = _discard.Taken;
            ulong counts = Measure(output, frames);
            if (_discard.Taken - taken != (uint)frames)
            {
                return ulong.MaxValue;
            }

            lowest = Math.Min(lowest, counts);
        }

        return (lowest + (uint)frames / 2) / (uint)frames;
    }

    private ulong Measure(NetworkCard output, int frames)
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
