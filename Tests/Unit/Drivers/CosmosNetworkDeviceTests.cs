using System;
using System.Linq;
using Cosmos.HAL;
using Reservoir.Drivers.E1000;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>A card in upstream's shape is the same card.</summary>
public sealed class CosmosNetworkDeviceTests : IDisposable
{
    private readonly NicBench _bench = new(transmitBuffers: 2);
    private readonly CosmosNetworkDevice _device;

    public CosmosNetworkDeviceTests()
    {
        _device = new CosmosNetworkDevice(_bench.Driver);
    }

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void IdentityIsTheCards()
    {
        Assert.Equal(_bench.Driver.Name, _device.Name);
        Assert.Equal(_bench.Driver.Id, _device.NameID);
        Assert.Equal(_bench.Driver.Address.Value, _device.MACAddress.ToNumber());
        Assert.Equal(CardType.Ethernet, _device.CardType);
        Assert.True(_device.Ready);
    }

    [Fact]
    public void WhatIsQueuedGoesOutByTheCard()
    {
        byte[] frame = Enumerable.Range(0, 70).Select(i => (byte)i).ToArray();
        Assert.True(_device.QueueBytes(frame));
        Assert.True(_device.QueueBytes(frame, 5, 60));
        Assert.Equal(frame, _bench.Card.Sent[0]);
        Assert.Equal(frame[5..65], _bench.Card.Sent[1]);
    }

    [Fact]
    public void WhatTheCardRefusesIsRefused()
    {
        Assert.False(_device.QueueBytes(new byte[13]));
        _bench.Card.SendsAtOnce = false;
        Assert.False(_device.IsSendBufferFull());
        Assert.True(_device.QueueBytes(new byte[60]));
        Assert.True(_device.QueueBytes(new byte[60]));
        Assert.True(_device.IsSendBufferFull());
        Assert.False(_device.QueueBytes(new byte[60]));
    }

    [Fact]
    public void APartThatTheArrayDoesNotHaveIsAnError() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _device.QueueBytes(new byte[60], 10, 60));

    [Fact]
    public void ADeviceIsFoundByItsNumber()
    {
        NetworkDevice.Devices.Add(_device);
        Assert.Same(_device, NetworkDevice.GetDeviceByName("eth0"));
        Assert.Null(NetworkDevice.GetDeviceByName("eth1"));
        NetworkDevice.Devices.Remove(_device);
    }
}
