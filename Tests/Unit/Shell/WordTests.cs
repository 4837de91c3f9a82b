using System;
using System.Text;
using Reservoir.Console;
using Reservoir.Shell;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Shell;

public sealed class WordTests
{
    [Theory]
    [InlineData("pools", "pools", 0)]
    [InlineData("pool", "pools", 1)]
    [InlineData("poools", "pools", 1)]
    [InlineData("pxols", "pools", 1)]
    [InlineData("opols", "pools", 1)]
    [InlineData("nte", "net", 1)]
    [InlineData("", "net", 3)]
    [InlineData("net", "", 3)]
    [InlineData("abc", "xyz", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("thraeds", "threads", 1)]
    public void TheDistanceCountsSlips(string word, string name, int expected) =>
        Assert.Equal(expected, WordDistance.Between(Encoding.ASCII.GetBytes(word), name));

    [Fact]
    public void AWordTooLongForACommandIsFar()
    {
        Assert.Equal(WordDistance.Far, WordDistance.Between(new byte[17], "net"));
        Assert.Equal(WordDistance.Far, WordDistance.Between(new byte[3], new string('x', 17)));
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData("   ", new string[0])]
    [InlineData("a", new[] { "a" })]
    [InlineData("  a   bc  d ", new[] { "a", "bc", "d" })]
    public void WordsAreSeparatedByBlanks(string line, string[] expected)
    {
        var arguments = new CommandArguments(Encoding.ASCII.GetBytes(line));
        foreach (string word in expected)
        {
            Assert.False(arguments.IsEmpty);
            Assert.Equal(word, Encoding.ASCII.GetString(arguments.Next()));
        }

        Assert.True(arguments.IsEmpty);
        Assert.True(arguments.Next().IsEmpty);
    }

    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("5", 5UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void ANumberIsParsed(string word, ulong expected)
    {
        Assert.True(CommandArguments.TryParse(Encoding.ASCII.GetBytes(word), out ulong number));
        Assert.Equal(expected, number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1x")]
    [InlineData("x1")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    [InlineData("18446744073709551616")]
    public void WhatIsNoNumberIsRefused(string word) => Assert.False(CommandArguments.TryParse(Encoding.ASCII.GetBytes(word), out _));

    [Fact]
    public void ForeignBytesAreShownSoThatTheyCantMoveTheCursor()
    {
        var output = new TextBuffer();
        EscapedText.Write(output, "a\\\n\r\t\u001b[2J"u8);
        EscapedText.Write(output, new byte[] { 0, 0x7F, 0xFF });
        Assert.Equal("a\\\\\\n\\r\\t\\x1b[2J\\x00\\x7f\\xff", output.Text);
    }

    [Fact]
    public void WrappedTextNeverSplitsAnEscape()
    {
        var output = new TextBuffer();
        EscapedText.WriteWrapped(output, new byte[100], 10);
        Assert.All(output.Lines, line => Assert.Equal("\\x00\\x00", line));
        Assert.Equal(50, output.Lines.Length);
    }

    [Fact]
    public void ADumpShowsOffsetBytesAndText()
    {
        var output = new TextBuffer();
        HexDump.Write(output, Encoding.ASCII.GetBytes("Hello, disk block!"));
        Assert.Equal("0000  48 65 6c 6c 6f 2c 20 64  69 73 6b 20 62 6c 6f 63  Hello, disk bloc", output.Lines[0]);
        Assert.Equal("0010  6b 21                                             k!", output.Lines[1]);
        HexDump.Write(output, default);
        Assert.Equal(2, output.Lines.Length);
    }

    [Theory]
    [InlineData(0UL, "0.000000")]
    [InlineData(999UL, "0.000000")]
    [InlineData(1_000UL, "0.000001")]
    [InlineData(12_345_678_901UL, "12.345678")]
    [InlineData(ulong.MaxValue, "18446744073.709551")]
    public void ADurationShowsInSeconds(ulong nanoseconds, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(TimeText.Seconds(nanoseconds, new byte[TimeText.MaximumLength])));
}
