using System;
using System.Text;
using Reservoir.Console;
using Reservoir.Devices;
using Reservoir.Network;
using Reservoir.Shell;
using Reservoir.Shell.Commands;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Shell;

/// <summary>A shell with every command that can run on a host, over the recorder's bench.</summary>
internal sealed class ShellBench : IDisposable
{
    public ShellBench(bool noDisk = false, byte[]? image = null)
    {
        Bench = new RecorderBench(image: image, noDisk: noDisk);
        var frames = new FrameQueue(Bench.Workshop.Scheduler, Bench.RecorderPool, 4);
        Protocols = new ProtocolThread(Bench.Workshop.Scheduler, frames, Bench.Wire.Stack);
        Log = new KernelLog(Bench.Workshop.Scheduler, new Semaphore(Bench.Workshop.Scheduler, "log", 0, 1));
        IBlockStorage? disk = noDisk ? null : Bench.Disk;
        Assert.True(Commands.Add(new HelpCommand(Commands)));
        Assert.True(Commands.Add(new PoolsCommand(Bench.Workshop.Pools, Bench.Workshop.Memory)));
        Assert.True(Commands.Add(new MemoryCommand(Bench.Workshop.Memory)));
        Assert.True(Commands.Add(new ThreadsCommand(Bench.Workshop.Scheduler)));
        Assert.True(Commands.Add(new InterruptsCommand(Bench.Workshop.Scheduler)));
        Assert.True(Commands.Add(new PciCommand()));
        Assert.True(Commands.Add(new NetCommand(Bench.Wire.Stack, Protocols)));
        Assert.True(Commands.Add(new DiskCommand(disk is null ? [] : [disk], [], Bench.Workshop.Scheduler.Clock)));
        Assert.True(Commands.Add(new RecordCommand(Bench.Service, Bench.Thread)));
        Assert.True(Commands.Add(new SelfTestCommand(null)));
        Assert.True(Commands.Add(new LogCommand(Log)));
        Assert.True(Commands.Add(new UptimeCommand(Bench.Workshop.Scheduler, "none", 1)));
        Assert.True(Commands.Add(new RebootCommand(Power, Bench.Thread)));
        Assert.True(Commands.Add(new ShutdownCommand(Power, Bench.Thread)));
        Input = new ScriptedInput();
        Shell = CreateShell();
    }

    public RecorderBench Bench { get; }

    public ProtocolThread Protocols { get; }

    public CommandTable Commands { get; } = new();

    public FakePower Power { get; } = new();

    public KernelLog Log { get; }

    public TextBuffer Output { get; } = new();

    public ScriptedInput Input { get; }

    public Reservoir.Shell.Shell Shell { get; }

    public Reservoir.Shell.Shell CreateShell(ScratchArena? scratch = null) => new(Input, Output, Commands, scratch);

    /// <summary>Runs one line and returns what it wrote, having checked that it fits the screen.</summary>
    public string Run(string line)
    {
        Output.Clear();
        Shell.Execute(Bench.Context, Encoding.UTF8.GetBytes(line));
        foreach (string written in Output.Lines)
        {
            Assert.True(written.Length <= 80, $"{written.Length} columns: {written}");
        }

        return Output.Text;
    }

    public void Dispose() => Bench.Dispose();
}
