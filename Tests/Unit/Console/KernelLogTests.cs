using System;
using System.Linq;
using Cosmos.Common;
using Reservoir.Console;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Console;

public sealed class KernelLogTests : IDisposable
{
    private readonly Workshop _workshop = new();
    private readonly Semaphore _written;
    private readonly KernelLog _log;
    private readonly TextBuffer _output = new();

    public KernelLogTests()
    {
        _written = new Semaphore(_workshop.Scheduler, "written", 0, 1);
        _log = new KernelLog(_workshop.Scheduler, _written);
    }

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public void AMessageIsShownOnce()
    {
        Assert.False(_log.HasPending);
        _log.WriteLine("one"u8);
        Assert.True(_log.HasPending);
        _log.ShowPending(_output);
        Assert.False(_log.HasPending);
        _log.ShowPending(_output);
        Assert.Equal("one\n", _output.Text);
    }

    [Fact]
    public void AMessageWakesTheThreadThatShowsIt()
    {
        Assert.Equal(WaitResult.TimedOut, _written.Wait(_workshop.Context, 1));
        _log.Write("one\n"u8);
        Assert.Equal(WaitResult.Signalled, _written.Wait(_workshop.Context, 1));
    }

    [Fact]
    public void WhatWasMarkedAsShownIsOnlyShownOnRequest()
    {
        _log.WriteLine("at boot"u8);
        _log.MarkShown();
        Assert.False(_log.HasPending);
        _log.WriteLine("later"u8);
        _log.ShowPending(_output);
        Assert.Equal("later\n", _output.Text);
        _output.Clear();
        _log.ShowAll(_output);
        Assert.Equal("at boot\nlater\n", _output.Text);
    }

    [Fact]
    public void ShowingAllTakesNothingForShown()
    {
        _log.WriteLine("one"u8);
        _log.ShowAll(_output);
        Assert.True(_log.HasPending);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AFullLogForgetsWholeLinesOldestFirst(bool all)
    {
        int lines = KernelLog.Capacity / 16;
        for (int i = 0; i < 3 * lines; i++)
        {
            _log.WriteLine($"message {i,7}");
        }

        if (all)
        {
            _log.ShowAll(_output);
        }
        else
        {
            _log.ShowPending(_output);
        }

        // A line has 16 bytes. The oldest one that is kept is not shown, since the log can't tell that it is whole.
        string[] shown = _output.Lines;
        Assert.Equal(lines - 1, shown.Length);
        Assert.Equal(Enumerable.Range(2 * lines + 1, lines - 1).Select(i => $"message {i,7}"), shown);
    }

    [Fact]
    public void AMessageThatComesWhileOthersAreShownIsShownTheNextTime()
    {
        _log.WriteLine("one"u8);
        var output = new Interrupted(_output, () => _log.WriteLine("two"u8));
        _log.ShowPending(output);
        Assert.Equal("one\n", _output.Text);
        Assert.True(_log.HasPending);
        _log.ShowPending(_output);
        Assert.Equal("one\ntwo\n", _output.Text);
    }

    [Fact]
    public void LinesOfSeveralThreadsDoNotMix()
    {
        TextOutput first = _log.CreateWriter();
        TextOutput second = _log.CreateWriter();
        first.Write("fir"u8);
        second.Write("sec"u8);
        Assert.False(_log.HasPending);
        first.WriteLine("st"u8);
        second.WriteLine("ond"u8);
        _log.ShowPending(_output);
        Assert.Equal("first\nsecond\n", _output.Text);
    }

    /// <summary>Does something at the first piece of text.</summary>
    private sealed class Interrupted : TextOutput
    {
        private readonly TextOutput _output;
        private Action? _interruption;

        public Interrupted(TextOutput output, Action interruption)
        {
            _output = output;
            _interruption = interruption;
        }

        public override void Write(ReadOnlySpan<byte> utf8)
        {
            Action? interruption = _interruption;
            _interruption = null;
            interruption?.Invoke();
            _output.Write(utf8);
        }
    }
}
