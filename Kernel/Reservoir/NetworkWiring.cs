using System;
using Cosmos.Common;
using Cosmos.Core;
using Cosmos.HAL;
using Reservoir.Devices;
using Reservoir.Drivers.E1000;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Network.Dhcp;
using Reservoir.Network.Udp;
using Reservoir.Options;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir;

/// <summary>The network card on its two pools, the protocols on the card, the protocol thread on the frames. Boot context.</summary>
public sealed class NetworkWiring
{
    private readonly E1000Card? _card;
    private readonly TextOutput _messages;

    /// <summary>Looks for a card and puts the protocols on it. Boot context.</summary>
    /// <param name="machine">What is there already.</param>
    /// <param name="attach">Puts something between the driver and the card's registers, or gives them as they are.</param>
    public NetworkWiring(Machine machine, Func<RegisterWindow, RegisterWindow> attach)
    {
        _messages = machine.Console.Messages;
        Reservations reservations = machine.Reservations;
        BufferPool receive = reservations.NonBlockingOrShared("nic-receive");
        BlockingPool transmit = reservations.BlockingOrShared("nic-transmit");
        BufferPool answers = reservations.NonBlockingOrShared("nic-answer");
        NonBlockingPool reassembly = reservations.NonBlockingPool("reassembly");
        Region rings = reservations.Region("nic-rings", ReservationKind.Device);
        Frames = new FrameQueue(machine.Scheduler, receive, receive.Count);
        var resources = new E1000Resources
        {
            Rings = rings,
            ReceivePool = receive,
            TransmitPool = transmit,
            AnswerPool = answers,
            Queue = Frames,
            Processor = machine.Scheduler.Processor,
        };
        _card = E1000Card.Find(in resources, attach);
        if (_card is null)
        {
            _messages.WriteLine("network: no card"u8);
            return;
        }

        NetworkDevice.Devices.Add(new CosmosNetworkDevice(_card));
        TextOutput log = machine.CreateLogWriter();
        KernelOptions options = machine.Options;
        Stack = new NetworkStack(_card, machine.Scheduler.Clock, options.Ip.Address, reassembly, log) { Router = options.Router.Address };
        Stack.Dhcp = options.Ip.IsDhcp ? new DhcpClient(Stack.Host, log) : null;
        Stack.Ports.Add(new EchoService());
        Thread = new ProtocolThread(machine.Scheduler, Frames, Stack, log);
        reservations.Thread(Plan.Protocol, Thread);
        reservations.Thread(Plan.ProtocolBackground, new ProtocolBackground(Thread));
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
}
