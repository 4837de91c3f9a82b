using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Cosmos.Common;
using Reservoir.Console;
using Reservoir.Shell;
using Reservoir.Shell.Commands;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Shell;

public sealed class ShellTests : IDisposable
{
    private readonly ShellBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void ADialogueIsPromptLineAndAnswer()
    {
        _bench.Input.Type("net pause\r\nnet resume\r\n");
        _bench.Shell.Run(default);
        Assert.Equal(
            "reservoir> net pause\npaused: no more frames are taken\nreservoir> net resume\nresumed\nreservoir> ",
            _bench.Output.Text);
    }

    [Fact]
    public void AnEmptyLineAsksForNothing()
    {
        _bench.Input.Type("\n   \n");
        _bench.Shell.Run(default);
        Assert.Equal("reservoir> \nreservoir>    \nreservoir> ", _bench.Output.Text);
    }

    [Fact]
    public void MessagesTakeThePlaceOfAHalfTypedLineWhichComesAgainBehindThem()
    {
        _bench.Input.Messages = "the cable is out\n";
        _bench.Input.Type("net pau\u000Cse\n");
        _bench.Shell.Run(default);
        string blanks = new(' ', "reservoir> net pau".Length);
        Assert.Equal($"reservoir> net pau\r{blanks}\rthe cable is out\nreservoir> net pause\npaused: no more frames are taken\nreservoir> ",
            _bench.Output.Text);
    }

    [Fact]
    public void ACancelledLineIsNotExecuted()
    {
        _bench.Input.Type("shutdown\u0003\n");
        _bench.Shell.Run(default);
        Assert.Equal(0, _bench.Power.ShutDowns);
    }

    [Fact]
    public void ALineThatIsTooLongIsNotExecuted()
    {
        _bench.Input.Type("shutdown" + new string(' ', LineEditor.MaximumLength) + "\n");
        _bench.Shell.Run(default);
        Assert.Equal(0, _bench.Power.ShutDowns);
        Assert.Contains("line longer than 160 characters: nothing was done", _bench.Output.Text);
    }

    [Theory]
    [InlineData("pool", "unknown command 'pool'; did you mean 'pools'? 'help' lists all\n")]
    [InlineData("hlep", "unknown command 'hlep'; did you mean 'help'? 'help' lists all\n")]
    [InlineData("nte", "unknown command 'nte'; did you mean 'net'? 'help' lists all\n")]
    [InlineData("POOLS", "unknown command 'POOLS'; 'help' lists all\n")]
    [InlineData("x", "unknown command 'x'; 'help' lists all\n")]
    [InlineData("xyzzy plugh", "unknown command 'xyzzy'; 'help' lists all\n")]
    [InlineData("\u001b[2J", "unknown command '\\x1b[2J'; 'help' lists all\n")]
    [InlineData("\u00e4", "unknown command '\\xc3\\xa4'; 'help' lists all\n")]
    public void AnUnknownCommandIsNamedWithWhatMayHaveBeenMeant(string line, string expected) => Assert.Equal(expected, _bench.Run(line));

    [Theory]
    [InlineData("pools all", "pools: expected --all, or nothing, not 'all'", "usage: pools [--all]")]
    [InlineData("mem everything", "mem: expected 'plan' or 'map', not 'everything'", "usage: mem [plan|map]")]
    [InlineData("mem plan map", "mem: expected nothing more, not 'map'", "usage: mem [plan|map]")]
    [InlineData("net stop", "net: expected drops, arp, dhcp, pause or resume, not 'stop'", "usage: net [drops|arp|dhcp|pause|resume]")]
    [InlineData("net pause now", "net: expected nothing more, not 'now'", "usage: net [drops|arp|dhcp|pause|resume]")]
    [InlineData("disk write 5", "disk: expected read, test, bench, dma or pio, not 'write'",
        "usage: disk [NAME] [read|test|bench|dma|pio ...]")]
    [InlineData("disk fake0 write 5", "disk: expected read, test, bench, dma or pio, not 'write'",
        "usage: disk [NAME] [read|test|bench|dma|pio ...]")]
    [InlineData("disk test 5 5", "disk: expected 'yes': the test overwrites the blocks",
        "usage: disk [NAME] [read|test|bench|dma|pio ...]")]
    [InlineData("disk read", "disk: expected the number of a block", "usage: disk [NAME] [read|test|bench|dma|pio ...]")]
    [InlineData("disk read five", "disk: expected the number of a block, not 'five'",
        "usage: disk [NAME] [read|test|bench|dma|pio ...]")]
    [InlineData("disk read 5 6", "disk: expected nothing more, not '6'", "usage: disk [NAME] [read|test|bench|dma|pio ...]")]
    [InlineData("record play", "record: expected 'list', 'show' or 'format', not 'play'", "usage: record [list [FROM]|show N|format yes]")]
    [InlineData("record show", "record: expected the number of a record", "usage: record [list [FROM]|show N|format yes]")]
    [InlineData("record show first", "record: expected the number of a record, not 'first'",
        "usage: record [list [FROM]|show N|format yes]")]
    [InlineData("record list 1 2", "record: expected nothing more, not '2'", "usage: record [list [FROM]|show N|format yes]")]
    [InlineData("help me out", "help: expected nothing more, not 'out'", "usage: help [COMMAND]")]
    [InlineData("shutdown now", "shutdown: expected nothing more, not 'now'", "usage: shutdown")]
    [InlineData("reboot now", "reboot: expected nothing more, not 'now'", "usage: reboot")]
    [InlineData("threads 1", "threads: expected nothing more, not '1'", "usage: threads")]
    [InlineData("irq 1 2", "irq: expected nothing more, not '2'", "usage: irq [SECONDS]")]
    [InlineData("irq 0", "irq: expected seconds, 1 to 3600, not '0'", "usage: irq [SECONDS]")]
    [InlineData("irq 3601", "irq: expected seconds, 1 to 3600, not '3601'", "usage: irq [SECONDS]")]
    [InlineData("irq soon", "irq: expected seconds, 1 to 3600, not 'soon'", "usage: irq [SECONDS]")]
    [InlineData("pci 1", "pci: expected nothing more, not '1'", "usage: pci")]
    [InlineData("log 1", "log: expected nothing more, not '1'", "usage: log")]
    [InlineData("uptime 1", "uptime: expected nothing more, not '1'", "usage: uptime")]
    [InlineData("selftest 1", "selftest: expected nothing more, not '1'", "usage: selftest")]
    public void ABadArgumentIsNamedWithTheUsage(string line, string complaint, string usage)
    {
        _bench.Run(line);
        Assert.Equal(new[] { complaint, usage }, _bench.Output.Lines);
        Assert.Equal(0, _bench.Power.ShutDowns + _bench.Power.Reboots);
        Assert.False(_bench.Protocols.IsPaused);
    }

    [Fact]
    public void HelpListsEveryCommandInOneLine()
    {
        _bench.Run("help");
        Assert.Equal(_bench.Commands.Count, _bench.Output.Lines.Length);
        foreach (string name in new[] { "help", "pools", "mem", "threads", "irq", "pci", "net", "disk", "record", "selftest", "log",
            "uptime", "reboot", "shutdown" })
        {
            Assert.Contains(_bench.Output.Lines, line => line.Split(' ')[0] == name);
        }
    }

    [Fact]
    public void HelpExplainsOneCommandOrSaysThatThereIsNone()
    {
        Assert.StartsWith("disk [NAME] [read|test|bench|dma|pio ...]", _bench.Run("help disk"));
        Assert.Equal("unknown command 'dsik'; did you mean 'disk'? 'help' lists all\n", _bench.Run("help dsik"));
    }

    [Fact]
    public void TwoCommandsCantShareAName() =>
        Assert.False(_bench.Commands.Add(new UptimeCommand(_bench.Bench.Workshop.Scheduler, "none", 1)));

    [Fact]
    public void AFullTableOrAnImpossibleNameIsRefused()
    {
        var table = new CommandTable();
        Assert.False(table.Add(new NamedCommand("")));
        Assert.False(table.Add(new NamedCommand(new string('x', 17))));
        for (int i = 0; i < CommandTable.Capacity; i++)
        {
            Assert.True(table.Add(new NamedCommand($"c{i}")));
        }

        Assert.False(table.Add(new NamedCommand("more")));
        Assert.Null(table[CommandTable.Capacity]);
        Assert.Null(table[-1]);
    }

    [Fact]
    public void NoCommandAllocates()
    {
        string[] lines =
        {
            "help", "help pools", "pools", "mem", "threads", "net", "net drops", "net arp", "net pause", "net resume", "disk",
                "disk read 0", "disk read 99999",
            "record", "record list", "record show 1", "record show 7", "log", "uptime", "selftest", "bogus", "mem x", "shutdown", "reboot",
        };
        var quiet = new QuietOutput();
        var shell = new Reservoir.Shell.Shell(_bench.Input, quiet, _bench.Commands);
        _bench.Bench.Thread.Open(default);
        _bench.Bench.Record(Encoding.ASCII.GetBytes("some payload"));
        List<byte[]> encoded = lines.Select(Encoding.ASCII.GetBytes).ToList();
        foreach (byte[] line in encoded)
        {
            shell.Execute(default, line);
        }

        for (int i = 0; i < encoded.Count; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            shell.Execute(default, encoded[i]);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated == 0, $"{lines[i]}: {allocated} bytes");
        }

        Assert.True(quiet.Written > 1000);
    }

    [Fact]
    public void RandomLinesNeverBreakTheShell()
    {
        var random = new Random(17);
        string[] words =
            { "help", "pools", "mem", "net", "disk", "record", "read", "show", "list", "format", "no", "1", "0", "18446744073709551615",
            "-1", "x", "  ", "\u00e4\u20ac" };
        for (int i = 0; i < 5000; i++)
        {
            var line = new StringBuilder();
            for (int k = random.Next(6); k > 0; k--)
            {
                line.Append(words[random.Next(words.Length)]).Append(' ');
            }

            _bench.Run(line.ToString());
        }
    }

    private sealed class NamedCommand : ShellCommand
    {
        public NamedCommand(string name)
            : base(name, name, "")
        {
        }

        public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output) => CommandResult.Done;
    }

    private sealed class QuietOutput : TextOutput
    {
        public int Written { get; private set; }

        public override void Write(ReadOnlySpan<byte> utf8) => Written += utf8.Length;
    }
}
