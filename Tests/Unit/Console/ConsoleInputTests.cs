using System;
using System.Collections.Generic;
using System.Text;
using Reservoir.Console;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Console;

public sealed class ConsoleInputTests : IDisposable
{
    private const byte Redraw = 0x0C;
    private readonly Workshop _workshop = new();
    private readonly ConsoleInput _input;

    public ConsoleInputTests()
    {
        _input = new ConsoleInput(_workshop.Scheduler);
    }

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public void BytesComeInTheOrderInWhichTheyWereTyped()
    {
        Type("pools\r");
        Assert.Equal("pools\r", Encoding.ASCII.GetString(Read(6)));
    }

    [Fact]
    public void AFullRingLosesWhatIsTypedAndCountsIt()
    {
        for (int i = 0; i < ConsoleInput.Capacity + 3; i++)
        {
            _input.Add((byte)i);
        }

        Assert.Equal(3UL, _input.Lost);
        byte[] read = Read(ConsoleInput.Capacity);
        for (int i = 0; i < read.Length; i++)
        {
            Assert.Equal((byte)i, read[i]);
        }

        // There is room again, and what comes now is not counted.
        Type("x");
        Assert.Equal("x"u8.ToArray(), Read(1));
        Assert.Equal(3UL, _input.Lost);
    }

    [Fact]
    public void TheRingGoesRoundManyTimes()
    {
        for (int i = 0; i < 10 * ConsoleInput.Capacity; i++)
        {
            _input.Add((byte)i);
            Assert.Equal((byte)i, Read(1)[0]);
        }

        Assert.Equal(0UL, _input.Lost);
    }

    [Fact]
    public void AThreadThatWaitsIsWokenByAKey()
    {
        ulong due = 5 * Clock.NanosecondsPerMillisecond;
        _workshop.Interrupt(due, () => _input.Add((byte)'k'));
        Assert.Equal("k"u8.ToArray(), Read(1));
        Assert.True(_workshop.Processor.Now >= due);
    }

    [Fact]
    public void AThreadThatWaitsIsWokenByAMessage()
    {
        _workshop.Interrupt(5 * Clock.NanosecondsPerMillisecond, () => _input.Log.WriteLine("the cable is out"u8));
        Assert.Equal(Redraw, Read(1)[0]);
        var output = new TextBuffer();
        _input.ShowMessages(output);
        Assert.Equal("the cable is out\n", output.Text);
    }

    [Fact]
    public void TypedBytesComeBeforeAMessage()
    {
        Type("po");
        _input.Log.WriteLine("the cable is out"u8);
        Assert.Equal(new[] { (byte)'p', (byte)'o', Redraw }, Read(3));
    }

    [Fact]
    public void AMessageAsksForOneRedrawOnly()
    {
        _input.Log.WriteLine("one"u8);
        _input.Log.WriteLine("two"u8);
        Assert.Equal(Redraw, Read(1)[0]);
        _input.ShowMessages(new TextBuffer());
        _workshop.Interrupt(5 * Clock.NanosecondsPerMillisecond, () => _input.Add((byte)'k'));
        Assert.Equal("k"u8.ToArray(), Read(1));
    }

    [Fact]
    public void WithoutTheRightToWaitNothingIsRead()
    {
        Assert.False(_input.TryRead(default, out byte value));
        Assert.Equal(0, value);
        Type("x");
        Assert.True(_input.TryRead(default, out value));
        Assert.Equal((byte)'x', value);
    }

    private void Type(string text)
    {
        foreach (byte value in Encoding.ASCII.GetBytes(text))
        {
            _input.Add(value);
        }
    }

    private byte[] Read(int count)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < count; i++)
        {
            Assert.True(_input.TryRead(_workshop.Context, out byte value));
            bytes.Add(value);
        }

        return [.. bytes];
    }
}
