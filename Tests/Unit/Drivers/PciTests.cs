using System.Collections.Generic;
using System.Linq;
using Cosmos.HAL;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The scan of the PCI buses and the access to configuration space, on a configuration mechanism made of code.</summary>
public sealed class PciTests
{
    private const byte BridgeHeader = 1;
    private const byte MultipleFunctions = 0x80;
    private readonly FakePciConfiguration _configuration = new();
    private readonly FakeBus _bus = new();

    public PciTests()
    {
        _bus.Plug(PCIDevice.ConfigAddressPort, 8, _configuration);
    }

    [Fact]
    public void FunctionsAreFoundInTheOrderOfTheirPlaces()
    {
        _configuration.Add(0, 3, 0, 0x8086, 0x100E);
        byte[] first = _configuration.Add(0, 1, 0, 0x8086, 0x7000);
        first[FakePciConfiguration.HeaderType] = MultipleFunctions;
        _configuration.Add(0, 1, 1, 0x8086, 0x7010, 0x01, 0x01);
        _configuration.Add(0, 31, 0, 0x1234, 0x0031);
        Assert.Equal([0x7000, 0x7010, 0x100E, 0x0031], PCI.Scan(_bus).Select(device => (int)device.DeviceID));
    }

    [Fact]
    public void FurtherFunctionsOfADeviceThatHasOneAreNotAskedFor()
    {
        _configuration.Add(0, 1, 0, 0x8086, 1);
        _configuration.Add(0, 1, 1, 0x8086, 2);
        Assert.Single(PCI.Scan(_bus));
        Assert.Equal(31, _configuration.Missed);
    }

    [Fact]
    public void BusesBehindBridgesAreScannedAndACircleOfBridgesEnds()
    {
        AddBridge(0, 2, secondary: 1);
        AddBridge(1, 0, secondary: 2);
        AddBridge(2, 0, secondary: 1);
        _configuration.Add(2, 5, 0, 0x10EC, 0x8139);
        List<PCIDevice> devices = PCI.Scan(_bus);
        Assert.Equal(4, devices.Count);
        Assert.Equal((2u, 5u, 0u), (devices[^1].bus, devices[^1].slot, devices[^1].function));
    }

    [Fact]
    public void WithoutPciNothingIsFound() => Assert.Empty(PCI.Scan(new FakeBus()));

    [Fact]
    public void WhatIdentifiesAFunctionIsReadFromItsPlaces()
    {
        byte[] space = _configuration.Add(0, 4, 0, 0x8086, 0x100E, 0x02, 0x00);
        space[0x08] = 7;
        space[0x09] = 9;
        space[0x3C] = 11;
        space[0x3D] = 1;
        FakePciConfiguration.SetBar(space, 0, 0xFEB8_0004);
        FakePciConfiguration.SetBar(space, 1, 0x0000_0001);
        FakePciConfiguration.SetBar(space, 2, 0xC041);
        PCIDevice device = PCI.Scan(_bus)[0];
        Assert.Equal((7, 9, 2, 0), (device.RevisionID, device.ProgIF, device.ClassCode, device.Subclass));
        Assert.Equal((11, 1), (device.InterruptLine, device.InterruptPIN));
        Assert.Equal(0x1_FEB8_0000ul, device.BaseAddressBar[0].BaseAddress);
        Assert.True(device.BaseAddressBar[2].IsIO);
        Assert.Equal(0xC040ul, device.BaseAddressBar[2].BaseAddress);
    }

    [Fact]
    public void EnablingADeviceLeavesItsOtherCommandBits()
    {
        byte[] space = _configuration.Add(0, 4, 0, 0x8086, 0x100E);
        space[4] = 0x40;
        space[5] = 0x04;
        PCIDevice device = PCI.Scan(_bus)[0];
        device.EnableDevice();
        Assert.Equal((0x47, 0x00), (space[4], space[5]));
    }

    private void AddBridge(uint bus, uint slot, byte secondary)
    {
        byte[] space = _configuration.Add(bus, slot, 0, 0x8086, 0x244E, 0x06, 0x04);
        space[FakePciConfiguration.HeaderType] = BridgeHeader;
        space[FakePciConfiguration.SecondaryBus] = secondary;
    }
}
