using Reservoir.Tests.Bench;
using Xunit;

namespace Reservoir.Tests.Unit.Build.Bench;

/// <summary>The lines by which figures come out of machines and programs.</summary>
public sealed class FigureTests
{
    [Theory]
    [InlineData("BENCH pool-nonblocking-pair instructions 88", "pool-nonblocking-pair", "instructions", 88)]
    [InlineData("BENCH disk-dma-4k MB/s 79.5", "disk-dma-4k", "MB/s", 79.5)]
    [InlineData("  BENCH  a   b  0 \r", "a", "b", 0)]
    [InlineData("BENCH a b -1.5e3", "a", "b", -1500)]
    public void LineWithAFigureIsRead(string line, string name, string unit, double value)
    {
        Assert.True(Figure.TryParse(line, out Figure? figure));
        Assert.Equal(new Figure(name, unit, value), figure);
    }

    [Theory]
    [InlineData("")]
    [InlineData("BENCH")]
    [InlineData("BENCH a b")]
    [InlineData("BENCH a b c")]
    [InlineData("BENCH a b 1 2")]
    [InlineData("BENCH a b 1,5")]
    [InlineData("BENCH a b NaN")]
    [InlineData("BENCH a b Infinity")]
    [InlineData("BENCHMARK a b 1")]
    [InlineData("bench a b 1")]
    [InlineData("> BENCH a b 1")]
    [InlineData("BENCH-FAILED tm-memory the counters differ")]
    [InlineData("SELFTEST 1 PASS BENCH")]
    public void AnyOtherLineIsNone(string line)
    {
        Assert.False(Figure.TryParse(line, out Figure? figure));
        Assert.Null(figure);
    }

    [Fact]
    public void FiguresAreFoundAmongOtherLines()
    {
        Assert.Equal([new Figure("a", "u", 1), new Figure("b", "u", 2)],
            GuestMachine.FiguresIn("boot\nBENCH a u 1\nBENCH x u\n\nBENCH b u 2"));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(88, "88")]
    [InlineData(1610, "1610")]
    [InlineData(123.4, "123")]
    [InlineData(79.52, "79.5")]
    [InlineData(6.312, "6.31")]
    [InlineData(-6.312, "-6.31")]
    public void ValueIsWrittenWithTheDigitsThatCount(double value, string text)
    {
        Assert.Equal(text, Figure.Format(value));
    }
}
