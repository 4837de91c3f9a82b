using System;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.HAL;
using Reservoir.Devices;
using Reservoir.Drivers.Nic;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Network.Dhcp;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Wiring;

/// <summary>The network card on its two pools, the protocols on the card, the protocol thread on the frames. Boot context.</summary>
internal sealed class NetworkWiring
{
    private readonly E1000? _card;
    private readonly TextOutput _messages;

    public NetworkWiring(Scheduler scheduler, Reservations reservations, ConsoleWiring console)
    {
        TextOutput messages = console.Messages;
        TextOutput log = console.Input.Log.CreateWriter();
        _messages = messages;
        BufferPool receive = reservations.SharedPool as BufferPool ?? reservations.NonBlockingPool("nic-receive");
        BlockingPool transmit = reservations.SharedPool ?? reservations.BlockingPool("nic-transmit");
        BufferPool answers = reservations.SharedPool as BufferPool ?? reservations.NonBlockingPool("nic-answer");
        NonBlockingPool reassembly = reservations.NonBlockingPool("reassembly");
        Region rings = reservations.Region("nic-rings", ReservationKind.Device);
        var frames = new FrameQueue(scheduler, receive, receive.Count);
        Frames = frames;
        _card = E1000.Find(rings, transmit, answers, frames, scheduler.Processor);
        if (_card is null)
        {
            messages.WriteLine("network: no card"u8);
            return;
        }

        NetworkDevice.Devices.Add(_card);
        Ipv4Configuration address = ReadAddress(out bool isDhcp);
        Stack = new NetworkStack(_card, scheduler.Clock, address, reassembly, _card.Output) { Router = ReadRouter(address) };
        Stack.Dhcp = isDhcp ? new DhcpClient(Stack, log) : null;
        Stack.Ports.Add(new EchoService());
        Thread = new ProtocolThread(scheduler, frames, Stack, log);
        reservations.Thread("protocol", Priorities.Protocol, Thread, Reservations.ServiceRestarts);
        reservations.Thread("protocol-stand-in", Priorities.ProtocolStandIn, new ProtocolStandIn(Thread), Reservations.ServiceRestarts);
    }

    /// <summary>The protocols; null without a card.</summary>
    public NetworkStack? Stack { get; }

    /// <summary>Frames on their way to it.</summary>
    public FrameQueue Frames { get; }

    /// <summary>The thread that takes frames; null without a card.</summary>
    public ProtocolThread? Thread { get; }

    /// <summary>Lets frames in, when everything is in place to take them.</summary>
    public void Open()
    {
        if (_card is null)
        {
            return;
        }

        _messages.WriteLine(
            $"network: {_card.Name}{(_card.Enable() ? "" : " can't be enabled: its pool is too small, or its interrupt line is taken")}");
    }

    /// <summary>The address of the kernel's option <c>ip=</c>; the default, with a message, if that is none.</summary>
    /// <param name="isDhcp">Whether a DHCP server is to be asked; then there is no address yet.</param>
    private Ipv4Configuration ReadAddress(out bool isDhcp)
    {
        isDhcp = false;
        if (!KernelCommandLine.TryGet("ip"u8, out ReadOnlySpan<byte> text))
        {
            return Ipv4Configuration.Default;
        }

        isDhcp = text.SequenceEqual("dhcp"u8);
        if (!Ipv4Configuration.TryParse(text, out Ipv4Configuration configuration) && !isDhcp)
        {
            _messages.WriteLine($"network: ip={text} is neither 'dhcp' nor an address like 10.0.2.15/24; that one is taken");
            return Ipv4Configuration.Default;
        }

        return configuration;
    }

    /// <summary>The router of the kernel's option <c>router=</c>; none, with a message, if it can't be one.</summary>
    private Ipv4Address ReadRouter(Ipv4Configuration own)
    {
        if (!KernelCommandLine.TryGet("router"u8, out ReadOnlySpan<byte> text))
        {
            return default;
        }

        if (!Ipv4Address.TryParse(text, out Ipv4Address router) || !own.IsSet || !own.IsOnLink(router) || !own.IsAnswerable(router))
        {
            _messages.WriteLine($"network: router={text} is no other host on this one's network; there is none");
            return default;
        }

        return router;
    }
}
