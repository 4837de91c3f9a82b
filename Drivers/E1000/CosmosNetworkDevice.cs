using System;
using Cosmos.Common;
using Cosmos.HAL;
using Cosmos.HAL.Network;
using Reservoir.Devices;

namespace Reservoir.Drivers.E1000;

/// <summary>
/// A network card in the shape that upstream's <see cref="NetworkDevice"/> has, for code that is written against it: identity and sending.
/// </summary>
/// <remarks>Everything goes to the card; nothing is kept here. Frames that arrive go to the kernel's own protocol thread.</remarks>
public sealed class CosmosNetworkDevice : NetworkDevice
{
    private readonly NetworkCard _card;

    /// <summary>Makes the adapter. Boot context.</summary>
    /// <param name="card">The card.</param>
    [MayAllocate("boot")]
    public CosmosNetworkDevice(NetworkCard card)
    {
        _card = card;
        NameID = card.Id;
        Span<byte> address = stackalloc byte[MacAddress.Length];
        card.Address.Write(address);
        MACAddress = new MACAddress(address);
    }

    /// <inheritdoc/>
    public override CardType CardType => CardType.Ethernet;

    /// <inheritdoc/>
    public override MACAddress MACAddress { get; }

    /// <inheritdoc/>
    public override string Name => _card.Name;

    /// <inheritdoc/>
    public override bool Ready => _card.Ready;

    /// <inheritdoc/>
    public override bool Enable() => _card.Enable();

    /// <inheritdoc/>
    public override bool IsSendBufferFull() => _card.TransmitPool.Free == 0;

    /// <inheritdoc/>
    public override bool QueueBytes(byte[] buffer, int offset, int length) =>
        _card.TrySend(buffer.AsSpan(offset, length), TransmitChecksums.None) == SendResult.Sent;
}
