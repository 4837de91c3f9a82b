using System.Collections.Generic;
using Cosmos.Common;

namespace Cosmos.HAL;

/// <summary>
/// A network device in upstream's shape: what it is, and a way to send. A kernel with a stack of its own gives it a thin adapter over its
/// driver.
/// </summary>
/// <remarks>Upstream's members that return a new array for each received frame (<c>ReceivePacket</c>, <c>ReceiveBytes</c>,
/// <c>DataReceived</c>) have no counterpart here: nothing may be allocated for a packet, and received frames are the kernel's
/// stack's.</remarks>
[AllocationFree]
public abstract class NetworkDevice
{
    /// <summary>The devices of this kernel. Filled at boot.</summary>
    public static List<NetworkDevice> Devices { get; } = new(4);

    /// <summary>What it is connected to.</summary>
    public abstract CardType CardType { get; }

    /// <summary>Its address.</summary>
    public abstract Network.MACAddress MACAddress { get; }

    /// <summary>Its model.</summary>
    public abstract string Name { get; }

    /// <summary>Its number, <c>eth0</c>.</summary>
    public string NameID { get; protected init; } = "eth0";

    /// <summary>Whether it is set up and may be used.</summary>
    public abstract bool Ready { get; }

    /// <summary>Finds a device by its number. Boot or thread context.</summary>
    /// <param name="nameID">The number, <c>eth0</c>.</param>
    /// <returns>Null if there is none.</returns>
    [MayAllocate("enumerates the list")]
    public static NetworkDevice? GetDeviceByName(string nameID)
    {
        foreach (NetworkDevice device in Devices)
        {
            if (device.NameID == nameID)
            {
                return device;
            }
        }

        return null;
    }

    /// <summary>Lets frames in. Boot context, once, with everything else in place.</summary>
    /// <returns>False if the device doesn't answer.</returns>
    [MayAllocate("boot")]
    public abstract bool Enable();

    /// <summary>Whether a frame would be refused now, because no transmit buffer is free. Any context.</summary>
    public abstract bool IsSendBufferFull();

    /// <summary>Sends a whole array as a frame. Thread context; doesn't wait.</summary>
    /// <param name="buffer">The frame without its checksum, 14 to 1514 bytes; copied.</param>
    /// <returns>False if no buffer is free or the length is wrong: the frame was not taken.</returns>
    public virtual bool QueueBytes(byte[] buffer) => QueueBytes(buffer, 0, buffer.Length);

    /// <summary>Sends a part of an array as a frame. Thread context; doesn't wait.</summary>
    /// <param name="buffer">Contains the frame without its checksum; copied.</param>
    /// <param name="offset">Where the frame begins.</param>
    /// <param name="length">Its length, 14 to 1514 bytes.</param>
    /// <returns>False if no buffer is free or the length is wrong: the frame was not taken.</returns>
    public abstract bool QueueBytes(byte[] buffer, int offset, int length);
}
