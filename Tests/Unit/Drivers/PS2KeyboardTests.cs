using System.Text;
using Cosmos.HAL;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The keyboard's driver on a controller made of code.</summary>
public sealed class PS2KeyboardTests
{
    private const byte Line = 1;
    private readonly FakeBus _bus = new();
    private readonly Fake8042 _controller = new();
    private readonly StringBuilder _typed = new();

    public PS2KeyboardTests()
    {
        _bus.Plug(0x60, 1, _controller.Data);
        _bus.Plug(0x64, 1, _controller.Status);
    }

    [Fact]
    public void KeysArriveAsBytesByInterrupt()
    {
        Start();
        _controller.Send(Keys.A);
        _controller.Send(Keys.A | Keys.Released);
        _controller.Send(Keys.LeftShift);
        _controller.Send(Keys.C);
        _bus.Raise(Line);
        Assert.Equal("aC", _typed.ToString());
        Assert.Equal(0, _controller.Waiting);
    }

    [Fact]
    public void WhatWaitsAtBootIsDiscarded()
    {
        _controller.Send(Keys.A);
        _controller.Send(Keys.C);
        Start();
        Assert.Equal(0, _controller.Waiting);
        Assert.Equal("", _typed.ToString());
    }

    [Fact]
    public void BytesOfTheMouseAreNoKeys()
    {
        Start();
        _controller.Send(Keys.A, isMouse: true);
        _controller.Send(Keys.C);
        _bus.Raise(Line);
        Assert.Equal("c", _typed.ToString());
    }

    [Fact]
    public void AnInterruptWithoutAByteTypesNothing()
    {
        Start();
        _controller.Send(Keys.A);
        _bus.Raise(Line);
        _bus.Raise(Line);
        Assert.Equal("a", _typed.ToString());
    }

    [Fact]
    public void AnInterruptTakesABoundedNumberOfBytes()
    {
        Start();
        for (int i = 0; i < 20; i++)
        {
            _controller.Send(Keys.A);
        }

        _bus.Raise(Line);
        Assert.Equal(4, _controller.Waiting);
        _bus.Raise(Line);
        Assert.Equal(20, _typed.Length);
    }

    private void Start() => _ = new PS2Keyboard(_bus, value => _typed.Append((char)value));
}
