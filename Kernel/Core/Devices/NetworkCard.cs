using System;
using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Devices;

/// <summary>
/// A network card, in the one shape that services and the shell know and that a driver implements.
/// </summary>
/// <remarks>
/// <para>Sending: a frame is copied into a buffer of the card's own pool, which comes back when the card has sent it. So the pool is the
/// back-pressure, and each sender chooses what happens when the pool is empty: it is refused, or it waits. Frames are given without their
/// check sequence, 14 to 1514 bytes; the card fills a short one up.</para>
/// <para>Receiving: the driver puts each frame into the <see cref="FrameQueue"/> that it was given at boot, from its interrupt handler or
/// from <see cref="Poll"/>.</para>
/// <para>A driver overrides everything; the members that are not abstract have the behaviour of a card that lacks the function.</para>
/// </remarks>
[AllocationFree]
public abstract class NetworkCard
{
    /// <summary>Its number among the cards, <c>eth0</c>.</summary>
    public string Id { get; protected init; } = "eth0";

    /// <summary>Its model.</summary>
    public abstract string Name { get; }

    /// <summary>Its own Ethernet address.</summary>
    public abstract MacAddress Address { get; }

    /// <summary>Whether it is set up and may be used. Any context.</summary>
    public abstract bool Ready { get; }

    /// <summary>Whether a cable is plugged in. Any context.</summary>
    public abstract bool LinkUp { get; }

    /// <summary>Times that the cable was plugged in or pulled since boot. Any context.</summary>
    public virtual ulong LinkChanges => 0;

    /// <summary>Buffers to send from, which <see cref="TrySend"/> and <see cref="Send"/> rent.</summary>
    public abstract BlockingPool TransmitPool { get; }

    /// <summary>Checksums that the card can insert, and is allowed to: see <see cref="SetOffload"/>. Any context.</summary>
    public virtual TransmitChecksums Offload => TransmitChecksums.None;

    /// <summary>Lets frames in. Boot context, once, with everything else in place.</summary>
    /// <returns>False if the receive pool is too small, or the interrupt line is taken.</returns>
    [MayAllocate("boot")]
    public abstract bool Enable();

    /// <summary>Lets the card insert checksums, or not. Any context.</summary>
    /// <param name="allowed">Whether it may.</param>
    /// <returns>False if the card can't insert any.</returns>
    public virtual bool SetOffload(bool allowed) => false;

    /// <summary>Sends a frame if a buffer is free. Thread context; never waits.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="checksums">What the card shall insert, some of <see cref="Offload"/>.</param>
    public abstract SendResult TrySend(ReadOnlySpan<byte> frame, TransmitChecksums checksums);

    /// <summary>Sends a frame that was promised: an answer, an acknowledgement. It has buffers of its own, so that it goes out when other
    /// senders have taken all of <see cref="TransmitPool"/>. Thread context; never waits.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="checksums">What the card shall insert, some of <see cref="Offload"/>.</param>
    public virtual SendResult TryAnswer(ReadOnlySpan<byte> frame, TransmitChecksums checksums) => TrySend(frame, checksums);

    /// <summary>
    /// Lets answers (<see cref="TryAnswer"/>) gather, so that the card is told of several at once, or sends those that have gathered. The
    /// thread that lets them gather ends it before it waits for anything. Thread context; the thread that answers.
    /// </summary>
    /// <param name="on">Whether they gather from now on.</param>
    public virtual void GatherAnswers(bool on)
    {
    }

    /// <summary>The same as <see cref="TryAnswer"/>, and if no buffer that is kept for answers is free, waits for another
    /// sender's.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="checksums">What the card shall insert, some of <see cref="Offload"/>.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    public virtual SendResult Answer(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums,
        ulong timeoutNanoseconds) => Send(context, frame, checksums, timeoutNanoseconds);

    /// <summary>Sends a frame, and waits until a buffer is free. The most important sender that waits gets the next one.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="checksums">What the card shall insert, some of <see cref="Offload"/>.</param>
    /// <param name="timeoutNanoseconds">How long at most; 0 does not wait.</param>
    public abstract SendResult Send(ThreadContext context, ReadOnlySpan<byte> frame, TransmitChecksums checksums, ulong timeoutNanoseconds);

    /// <summary>
    /// Whether the card raises no receive interrupts at present, because more arrives than is taken: the thread that takes the frames has
    /// to <see cref="Poll"/>. Any context.
    /// </summary>
    public virtual bool NeedsPolling => false;

    /// <summary>
    /// Takes frames out of the card into the queue, out of which the caller takes them: no thread is woken. When it finds fewer than asked
    /// for, the card raises receive interrupts again. Thread context, one thread at a time; interrupts are held off for one frame at a
    /// time.
    /// </summary>
    /// <param name="budget">The most frames, at least 1.</param>
    /// <returns>How many there were.</returns>
    public virtual int Poll(int budget) => 0;

    /// <summary>
    /// Checks that the card does what it should: raises interrupts, sends what it was given. Where it doesn't, starts it again. Also keeps
    /// the registers that count from running over. Thread context, the thread that polls.
    /// </summary>
    /// <returns>What was found and mended.</returns>
    public virtual NetworkFault Watch() => NetworkFault.None;

    /// <summary>How many addresses were added. Any context.</summary>
    public virtual int AddressCount => 0;

    /// <summary>Lets frames for one more address in: a station's, or a group's. Thread context.</summary>
    /// <param name="address">The address.</param>
    /// <returns>False if the card has no room for it, has it already, or it is no address.</returns>
    public virtual bool TryAddAddress(MacAddress address) => false;

    /// <summary>Keeps frames for an address out again. Thread context.</summary>
    /// <param name="address">An address that was added.</param>
    /// <returns>False if it was not.</returns>
    public virtual bool TryRemoveAddress(MacAddress address) => false;

    /// <summary>An address that was added. Any context.</summary>
    /// <param name="index">0 to <see cref="AddressCount"/> - 1.</param>
    public virtual MacAddress GetAddress(int index) => default;

    /// <summary>Whether every frame is let in, whatever its address. Any context.</summary>
    public virtual bool IsPromiscuous => false;

    /// <summary>Lets every frame in, or only those for this card's addresses and for all. Thread context.</summary>
    /// <param name="promiscuous">Whether every frame.</param>
    /// <returns>False if the card can't do it.</returns>
    public virtual bool SetPromiscuous(bool promiscuous) => false;

    /// <summary>Has the card receive what it sends, and nothing else; or be as it was. For measurements. Thread context.</summary>
    /// <param name="on">Whether it shall.</param>
    /// <returns>False if the card can't do it.</returns>
    public virtual bool SetLoopback(bool on) => false;

    /// <summary>All numbers at one moment. Any context.</summary>
    public abstract NetworkStatistics TakeStatistics();

    /// <summary>How many registers of the card count something. Any context.</summary>
    public virtual int CounterCount => 0;

    /// <summary>What one of those registers has counted since boot. Thread context.</summary>
    /// <param name="index">0 to <see cref="CounterCount"/> - 1.</param>
    public virtual DeviceCounter ReadCounter(int index) => default;
}
