using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Reservoir.Console;
using Reservoir.Shell;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Shell;

public sealed class LineEditorTests
{
    private const string Up = "\u001b[A";
    private const string Down = "\u001b[B";
    private readonly TextBuffer _echo = new();
    private readonly LineEditor _editor;

    public LineEditorTests()
    {
        _editor = new LineEditor(_echo);
    }

    [Theory]
    [InlineData("pools\r")]
    [InlineData("pools\n")]
    [InlineData("poolz\bs\n")]
    [InlineData("poolz\u007fs\n")]
    [InlineData("\b\b\bpools\n")]
    [InlineData("nonsense\u0015pools\n")]
    [InlineData("pool\u0001\u0002s\u0007\n")]
    [InlineData("po\u001b[Dol\u001b[1;5Cs\u001bOD\u001b[3~\n")]
    public void ALineIsWhatWasLeftOfTheTyping(string typed) => Assert.Equal(new[] { "pools" }, Type(typed));

    [Fact]
    public void ReturnAndLineFeedInARowEndOneLine() => Assert.Equal(new[] { "a", "b", "", "c" }, Type("a\r\nb\r\n\n" + "c\r\n"));

    [Fact]
    public void WhatIsTypedShowsAsItIsTyped()
    {
        Type("ab\bc\n");
        Assert.Equal("ab\b \bc\n", _echo.Text);
    }

    [Fact]
    public void ControlCThrowsTheLineAway()
    {
        Assert.Equal(new[] { "yes" }, Type("no\u0003yes\n"));
        Assert.Contains("^C\n", _echo.Text);
    }

    [Fact]
    public void ACharacterOfSeveralBytesIsTakenAwayWhole() => Assert.Equal(new[] { "a\u20ac" }, Type("a\u20ac\u00e4\b\n"));

    [Fact]
    public void ALineOfTheGreatestLengthIsTaken()
    {
        string line = new('x', LineEditor.MaximumLength);
        Assert.Equal(new[] { line }, Type(line + "\n"));
    }

    [Fact]
    public void ALongerLineIsReportedAndNotCutSilently()
    {
        var events = new List<LineEvent>();
        foreach (byte value in Encoding.ASCII.GetBytes(new string('x', LineEditor.MaximumLength + 1) + "\n"))
        {
            events.Add(_editor.Accept(value));
        }

        Assert.Equal(LineEvent.TooLong, events[^1]);
        Assert.DoesNotContain(LineEvent.Submitted, events);
    }

    [Fact]
    public void BackspaceDoesNotMakeATruncatedLineGood()
    {
        Assert.Equal(new[] { "<too long>" }, Type(new string('x', LineEditor.MaximumLength + 1) + "\b\b\n"));
        Assert.Equal(new[] { "help" }, Type(new string('x', LineEditor.MaximumLength + 1) + "\u0015help\n"));
    }

    [Fact]
    public void ArrowUpBringsEarlierLinesBack()
    {
        Type("one\ntwo\nthree\n");
        Assert.Equal(new[] { "three" }, Type(Up + "\n"));
        Assert.Equal(new[] { "one" }, Type(Up + Up + Up + "\n"));
        Assert.Equal(new[] { "twofold" }, Type(Up + Up + Up + "fold\n"));
    }

    [Fact]
    public void ArrowDownGoesForwardToAnEmptyLine()
    {
        Type("one\ntwo\n");
        Assert.Equal(new[] { "two" }, Type(Up + Up + Down + "\n"));
        Assert.Equal(new[] { "" }, Type(Up + Down + "\n"));
    }

    [Fact]
    public void ArrowsBeyondTheEndsOfTheHistoryDoNothing()
    {
        Assert.Equal(new[] { "x" }, Type(Up + Down + "x\n"));
        Assert.Equal(new[] { "x" }, Type(string.Concat(Enumerable.Repeat(Up, 50)) + "\n"));
    }

    [Fact]
    public void TheHistoryForgetsTheOldestAndKeepsNoRepetitions()
    {
        for (int i = 0; i < LineEditor.RememberedLines + 4; i++)
        {
            Type($"line {i}\nline {i}\n\n");
        }

        string back = string.Concat(Enumerable.Repeat(Up, LineEditor.RememberedLines));
        Assert.Equal(new[] { "line 4" }, Type(back + "\n"));
    }

    [Fact]
    public void RandomBytesNeverBreakTheEditor()
    {
        var random = new Random(5);
        for (int i = 0; i < 200_000; i++)
        {
            _editor.Accept((byte)random.Next(random.Next(2) == 0 ? 256 : 32));
            Assert.InRange(_editor.Line.Length, 0, LineEditor.MaximumLength);
        }
    }

    private string[] Type(string text)
    {
        var lines = new List<string>();
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            LineEvent happened = _editor.Accept(value);
            if (happened == LineEvent.Submitted)
            {
                lines.Add(Encoding.UTF8.GetString(_editor.Line));
            }
            else if (happened == LineEvent.TooLong)
            {
                lines.Add("<too long>");
            }
        }

        return lines.ToArray();
    }
}
