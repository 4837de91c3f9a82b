using System;
using System.Collections.Generic;
using Cosmos.Common;
using Cosmos.HAL.Network;

namespace Cosmos.HAL;

/// <summary>
/// A network device as services see it. Frames go out through <see cref="QueueBytes"/>; how they come in is between the driver and the queue that
/// the kernel gave it.
/// </summary>
/// <remarks>Upstream's members that return a new array for each frame have no counterpart here: nothing may be allocated for a packet.</remarks>
[AllocationFree]
public abstract class NetworkDevice
{
    /// <summary>The devices that drivers have taken charge of. Filled at boot.</summary>
    public static List<NetworkDevice> Devices { get; } = new(4);

    /// <summary>What it is connected to.</summary>
    public abstract CardType CardType { get; }

    /// <summary>Its address.</summary>
    public abstract MACAddress MACAddress { get; }

    /// <summary>Its model.</summary>
    public abstract string Name { get; }

    /// <summary>Its number, <c>eth0</c>.</summary>
    public string NameID { get; protected init; } = "eth0";

    /// <summary>Whether it is set up and may be used.</summary>
    public abstract bool Ready { get; }

    /// <summary>Whether a cable is plugged in. Any context.</summary>
    public abstract bool LinkUp { get; }

    /// <summary>Lets frames in. Boot context, once, with everything else in place.</summary>
    /// <returns>False if the device doesn't answer.</returns>
    [MayAllocate("boot")]
    public abstract bool Enable();

    /// <summary>Copies a frame into a transmit buffer and sends it. Thread context; doesn't wait.</summary>
    /// <param name="frame">The frame without its checksum, 14 to 1514 bytes; a short one is padded by the device.</param>
    /// <returns>False if no buffer is free or the length is wrong: the frame was not taken.</returns>
    public abstract bool QueueBytes(ReadOnlySpan<byte> frame);

    /// <summary>All numbers at one moment. Any context.</summary>
    public abstract NetworkStatistics TakeStatistics();
}
