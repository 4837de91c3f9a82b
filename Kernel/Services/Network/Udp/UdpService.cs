using System;
using Reservoir.Network.Wire;

namespace Reservoir.Network.Udp;

/// <summary>
/// Something that listens at a UDP port. It runs on the protocol thread, between two frames: it must neither wait nor allocate, and what it
/// wants to keep of a datagram it copies to a buffer of its own.
/// </summary>
public abstract class UdpService
{
    /// <summary>Makes a service. Boot context.</summary>
    /// <param name="port">The port, 1 to 65,535.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="longestPayload">The most data it takes, not less than <see cref="UdpDatagram.MaximumPayload"/>: what fits a frame it
    /// has to take.</param>
    protected UdpService(ushort port, string name, int longestPayload = UdpDatagram.MaximumPayload)
    {
        if (port == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(port), "port zero means that there is none");
        }

        Port = port;
        Name = name;
        LongestPayload = Math.Max(longestPayload, UdpDatagram.MaximumPayload);
    }

    /// <summary>The port it listens at.</summary>
    public ushort Port { get; }

    /// <summary>What to call it, in ASCII.</summary>
    public string Name { get; }

    /// <summary>The most data it takes, in bytes; a longer datagram, which came in fragments, is dropped before it gets there.</summary>
    public int LongestPayload { get; }

    /// <summary>Takes one datagram. Protocol thread.</summary>
    /// <param name="datagram">The datagram; its bytes are another's after the call.</param>
    /// <param name="reply">For an answer.</param>
    /// <returns><see cref="DropReason.None"/> if it was taken, or why not: usually <see cref="DropReason.ServiceRefused"/> or what
    /// <see cref="UdpReply.Send(int)"/> returned.</returns>
    public abstract DropReason Receive(in UdpDatagram datagram, in UdpReply reply);
}
