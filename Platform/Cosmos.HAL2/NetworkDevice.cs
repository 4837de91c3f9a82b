using System;
using System.Collections.Generic;
using Cosmos.Common;
using Cosmos.HAL.Network;

namespace Cosmos.HAL;

/// <summary>
/// A network device as services see it. Frames go out through <see cref="QueueBytes"/>; how they come in is between the driver and the
/// queue that
/// the kernel gave it.
/// </summary>
/// <remarks>Upstream's members that return a new array for each frame have no counterpart here: nothing may be allocated for a
/// packet.</remarks>
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

    /// <summary>Times that the cable was plugged in or pulled since boot. Any context.</summary>
    public virtual ulong LinkChanges => 0;

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

    /// <summary>
    /// Whether the device raises no receive interrupts at present, because more arrives than is taken: whoever takes the frames has to
    /// <see cref="Poll"/>. Any context.
    /// </summary>
    public virtual bool NeedsPolling => false;

    /// <summary>
    /// Takes frames out of the device into the queue that the kernel gave it, out of which the caller takes them: nobody is woken. When it
    /// finds fewer than asked for, the device raises receive interrupts again. Thread context, one thread at a time;
    /// interrupts are held off for one frame at a time.
    /// </summary>
    /// <param name="budget">The most frames, at least 1.</param>
    /// <returns>How many there were.</returns>
    public virtual int Poll(int budget) => 0;

    /// <summary>
    /// Looks whether the device does what it should: raises interrupts, sends what it was given. Where it doesn't, starts it again. Also
    /// keeps the registers that count from running over. Thread
    /// context, the thread that polls.
    /// </summary>
    /// <returns>What was found and mended.</returns>
    public virtual NetworkFault Watch() => NetworkFault.None;

    /// <summary>Breaks the device behind its driver's back, so that one can see what becomes of it. Any context.</summary>
    /// <param name="fault">How.</param>
    /// <returns>False if that can't be done.</returns>
    public virtual bool InjectFault(NetworkFault fault) => false;

    /// <summary>Lets frames for one more address in: a device's, or a group's. Thread context.</summary>
    /// <param name="address">The address as a number, as in <see cref="Cosmos.HAL.Network.MACAddress.ToNumber"/>.</param>
    /// <returns>False if the device has no room for it, has it already, or it is no address.</returns>
    public virtual bool TryAddAddress(ulong address) => false;

    /// <summary>Keeps frames for an address out again. Thread context.</summary>
    /// <param name="address">An address that was added.</param>
    /// <returns>False if it was not.</returns>
    public virtual bool TryRemoveAddress(ulong address) => false;

    /// <summary>How many addresses were added. Any context.</summary>
    public virtual int AddressCount => 0;

    /// <summary>An address that was added. Any context.</summary>
    /// <param name="index">0 to <see cref="AddressCount"/> - 1.</param>
    public virtual ulong GetAddress(int index) => 0;

    /// <summary>Whether every frame is let in, whoever it is for. Any context.</summary>
    public virtual bool IsPromiscuous => false;

    /// <summary>Lets every frame in, or only those for this device's addresses and for all. Thread context.</summary>
    /// <param name="promiscuous">Whether every frame.</param>
    /// <returns>False if the device can't do it.</returns>
    public virtual bool SetPromiscuous(bool promiscuous) => false;

    /// <summary>Has the device receive what it sends, and nothing else; or be as it was. For measurements. Thread context.</summary>
    /// <param name="on">Whether it shall.</param>
    /// <returns>False if the device can't do it.</returns>
    public virtual bool SetLoopback(bool on) => false;

    /// <summary>How many registers of the device count something. Any context.</summary>
    public virtual int CounterCount => 0;

    /// <summary>What one of those registers has counted since boot. Thread context.</summary>
    /// <param name="index">0 to <see cref="CounterCount"/> - 1.</param>
    public virtual DeviceCounter ReadCounter(int index) => default;
}
