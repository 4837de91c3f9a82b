using System;
using System.Text;
using Reservoir.Devices;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Network;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Volume;
using Xunit;

namespace Reservoir.Tests.Unit.Shell;

public sealed class CommandTests
{
    [Fact]
    public void PoolsShowsTheNumbersOfEveryPool()
    {
        using var bench = new ShellBench();
        BufferHandle held = bench.Bench.RecorderPool.TryRent().Buffer;
        bench.Run("pools");
        Assert.Equal("name             kind            size count in use   free   high failures  waits", bench.Output.Lines[0]);
        Assert.Equal("recorder         non-blocking    1496     4      1      3      1        0      0", bench.Output.Lines[1]);
        Assert.Equal("disk             blocking        4096     2      0      2      0        0      0", bench.Output.Lines[2]);
        Assert.Equal(ReturnError.None, bench.Bench.RecorderPool.Return(held));
    }

    [Fact]
    public void MemShowsPlanAndMapOrOneOfThem()
    {
        using var bench = new ShellBench();
        string all = bench.Run("mem");
        string plan = bench.Run("mem plan");
        string map = bench.Run("mem map");
        Assert.Equal(all, plan + map);
        Assert.Contains("recorder", plan);
        Assert.Contains("unchanged", plan);
        Assert.Contains("NOT SEALED", plan);
        Assert.StartsWith("from", map);
    }

    [Fact]
    public void ThreadsShowsTheIdleThread()
    {
        using var bench = new ShellBench();
        bench.Run("threads");
        Assert.Equal("id name                prio state     cpu ms switches    stack used waits for", bench.Output.Lines[0]);
        Assert.StartsWith(" 0 idle                   0 ready          0        0    boot stack", bench.Output.Lines[1]);
    }

    [Fact]
    public void NetShowsAddressesCountersAndWhyFramesWereDropped()
    {
        using var bench = new ShellBench();
        bench.Bench.Wire.Give(Wire.Echo(10));
        bench.Bench.Wire.Give(Wire.Arp());
        bench.Bench.Wire.Stack.Process(new byte[3]);
        string text = bench.Run("net");
        Assert.Contains("eth0: fake, 52:54:00:12:34:56, 10.0.2.15/24, link up", text);
        Assert.Contains("received 1000, dropped 7", text);
        Assert.Contains("arp 1, echo 1, udp 0, dropped 1", text);
        Assert.Contains("1  frame too short", text);
        Assert.DoesNotContain("wrong checksum", text);
        Assert.Contains("7 (echo) 9999 (recorder)", text);
        Assert.Contains("10.0.2.2         52:55:0a:00:02:02", bench.Run("net arp"));
    }

    [Fact]
    public void NetDropsListsEveryReason()
    {
        using var bench = new ShellBench();
        bench.Run("net drops");
        Assert.Equal(DropReasonText.Count - 1, bench.Output.Lines.Length);
    }

    [Fact]
    public void NetPauseStopsAndNetResumeGoesOn()
    {
        using var bench = new ShellBench();
        Assert.Equal("it is not paused\n", bench.Run("net resume"));
        Assert.Equal("paused: no more frames are taken\n", bench.Run("net pause"));
        Assert.True(bench.Protocols.IsPaused);
        Assert.Contains("PAUSED", bench.Run("net"));
        Assert.Equal("it is paused already\n", bench.Run("net pause"));
        Assert.Equal("resumed\n", bench.Run("net resume"));
        Assert.False(bench.Protocols.IsPaused);
    }

    [Fact]
    public void WithoutACardOrADiskTheCommandsSaySo()
    {
        using var bench = new ShellBench(noDisk: true);
        Assert.Equal("disk: there is no disk\n", bench.Run("disk"));
        Assert.Equal("disk: there is no disk\n", bench.Run("disk read 0"));
        Assert.Contains("there is no disk", bench.Run("record"));
        Assert.Equal("record: the disk does not exist\n", bench.Run("record list"));
        Assert.Equal("record: not formatted: the disk does not exist\n", bench.Run("record format yes"));
        var net = new Reservoir.Shell.Commands.NetCommand(null, null);
        var output = new TextBuffer();
        Reservoir.Shell.CommandArguments nothing = default;
        net.Run(default, ref nothing, output);
        Assert.Equal("net: there is no network card\n", output.Text);
    }

    [Fact]
    public void DiskDescribesTheDiskAndShowsABlock()
    {
        using var bench = new ShellBench();
        Assert.StartsWith("fake0: 300 blocks of 512 bytes, 0 MiB", bench.Run("disk"));
        Encoding.ASCII.GetBytes("look here").CopyTo(bench.Bench.Disk.Content, 5 * 512);
        bench.Run("disk read 5");
        Assert.Equal(32, bench.Output.Lines.Length);
        Assert.Contains("look here", bench.Output.Lines[0]);
    }

    [Fact]
    public void ABlockThatIsNotThereOrCantBeReadIsReported()
    {
        using var bench = new ShellBench();
        Assert.Equal("disk: there is no block 300; the last one is 299\n", bench.Run("disk read 300"));
        bench.Bench.Disk.BadBlocks.Add(5);
        Assert.Equal("disk: block 5: the disk reported an error for the block\n", bench.Run("disk read 5"));
    }

    [Fact]
    public void ATestedDiskHasWhatWasWrittenToIt()
    {
        using var bench = new ShellBench();
        Assert.StartsWith("fake0: 100 blocks tested, 100 compared, 0 wrong\nfailed: 0 writes, 0 flushes, 0 reads",
            bench.Run("disk fake0 test 50 100 yes"));
        Assert.Equal(99ul, System.BitConverter.ToUInt64(bench.Bench.Disk.Content, 99 * 512));
        Assert.Equal(2, bench.Bench.Disk.Pool.Free);
    }

    [Fact]
    public void ATestNamesTheLastFailureAndComparesOnlyWhatSucceeded()
    {
        using var bench = new ShellBench();
        bench.Bench.Disk.BadBlocks.Add(70);
        string report = bench.Run("disk test 50 100 yes");
        Assert.StartsWith("fake0: 100 blocks tested, 84 compared, 0 wrong\nfailed: 0 writes, 0 flushes, 1 reads", report);
        Assert.Contains("the disk reported an error for the block", report);
        bench.Bench.Disk.FailFlushes = true;
        Assert.StartsWith("fake0: 100 blocks tested, 0 compared, 0 wrong\nfailed: 0 writes, 2 flushes, 0 reads",
            bench.Run("disk test 50 100 yes"));
    }

    [Theory]
    [InlineData("disk test 300 1 yes")]
    [InlineData("disk test 299 2 yes")]
    [InlineData("disk test 1 18446744073709551615 yes")]
    public void ATestPastTheEndTouchesNothing(string line)
    {
        using var bench = new ShellBench();
        Assert.Equal("disk: past the end of the disk\n", bench.Run(line));
        Assert.Equal(0, bench.Bench.Disk.Writes);
    }

    [Fact]
    public void WithoutADiskBufferNothingHangs()
    {
        using var bench = new ShellBench();
        bench.Bench.Thread.Open(bench.Bench.Context);
        BufferHandle first = bench.Bench.Disk.Pool.TryRent().Buffer;
        BufferHandle second = bench.Bench.Disk.Pool.TryRent().Buffer;
        Assert.Equal("disk: block 5: no disk buffer became free in time\n", bench.Run("disk read 5"));
        Assert.Equal("record: no disk buffer became free in time\n", bench.Run("record list"));
        bench.Bench.Disk.Pool.Return(first);
        bench.Bench.Disk.Pool.Return(second);
    }

    [Fact]
    public void RecordShowsWhatWasSent()
    {
        using var bench = new ShellBench();
        bench.Bench.Thread.Open(bench.Bench.Context);
        bench.Bench.Record(Encoding.ASCII.GetBytes("hello\nplatter"), sourcePort: 4321);
        bench.Run("record show 1");
        Assert.Equal("record 1: 13 bytes from 10.0.2.2:4321", bench.Output.Lines[0]);
        Assert.Matches("^taken 0\\.\\d{6} s after boot, in block 8, checksum [0-9A-F]{8}$", bench.Output.Lines[1]);
        Assert.Equal("hello\\nplatter", bench.Output.Lines[2]);
        Assert.StartsWith("0000  68 65 6c 6c 6f 0a 70 6c", bench.Output.Lines[3]);
    }

    [Fact]
    public void AnEmptyAndAFullRecordAreShownToo()
    {
        using var bench = new ShellBench();
        bench.Bench.Thread.Open(bench.Bench.Context);
        bench.Bench.Record(Array.Empty<byte>());
        bench.Bench.Record(new byte[1472]);
        Assert.StartsWith("record 1: 0 bytes", bench.Run("record show 1"));
        Assert.StartsWith("record 2: 1472 bytes", bench.Run("record show 2"));
    }

    [Fact]
    public void RecordListShowsTheLastOnesOrThoseAskedFor()
    {
        using var bench = new ShellBench();
        bench.Bench.Thread.Open(bench.Bench.Context);
        Assert.Equal("there are no records\n", bench.Run("record list"));
        for (int i = 1; i <= 45; i++)
        {
            bench.Bench.Record(Encoding.ASCII.GetBytes($"payload {i}"));
        }

        bench.Run("record list");
        Assert.Equal(21, bench.Output.Lines.Length);
        Assert.EndsWith("payload 45", bench.Output.Lines[20]);
        bench.Run("record list 1");
        Assert.Equal(22, bench.Output.Lines.Length);
        Assert.Contains("10.0.2.2:40000      9  payload 1", bench.Output.Lines[1]);
        Assert.Equal("25 more: 'record list 21'", bench.Output.Lines[21]);
        bench.Run("record list 44");
        Assert.Equal(3, bench.Output.Lines.Length);
        Assert.Equal("there is no such record\n", bench.Run("record list 46"));
        Assert.Equal("there is no such record\n", bench.Run("record list 0"));
    }

    [Fact]
    public void ARecordThatCantBeShownIsReported()
    {
        using var bench = new ShellBench();
        bench.Bench.Thread.Open(bench.Bench.Context);
        bench.Bench.Record(new byte[] { 1 });
        bench.Bench.Record(new byte[] { 2 });
        bench.Bench.Disk.BadBlocks.Add(RecorderBench.BlockOf(1));
        bench.Bench.Disk.Content[(int)RecorderBench.BlockOf(2) * 512 + 64] ^= 1;
        Assert.Equal("record 1: the disk reported an error for the block\n", bench.Run("record show 1"));
        Assert.Equal("record 2: the record is damaged\n", bench.Run("record show 2"));
        Assert.Equal("record 3: there is no such record\n", bench.Run("record show 3"));
        bench.Run("record list");
        Assert.Equal(3, bench.Output.Lines.Length);
    }

    [Fact]
    public void RecordCountsAddUp()
    {
        using var bench = new ShellBench();
        bench.Bench.Thread.Open(bench.Bench.Context);
        for (int i = 0; i < 6; i++)
        {
            bench.Bench.Send(new byte[] { 1 });
        }

        string text = bench.Run("record");
        Assert.Contains("datagrams seen 6 = accepted 4 + refused 2", text);
        Assert.Contains("pool empty 2, queue full 0", text);
        Assert.Contains("recorded 0, waiting 4, no volume 0, failed 0", text);
    }

    [Theory]
    [InlineData("record format")]
    [InlineData("record format no")]
    [InlineData("record format YES")]
    [InlineData("record format yes please")]
    public void AForeignDiskIsNotClaimedWithoutTheWord(string line)
    {
        byte[] image = new byte[300 * 512];
        image[510] = 0x55;
        using var bench = new ShellBench(image: image);
        bench.Bench.Thread.Open(bench.Bench.Context);
        bench.Run(line);
        Assert.Equal(0, bench.Bench.Disk.Writes);
        Assert.Equal(VolumeState.Foreign, bench.Bench.Volume.State);
    }

    [Fact]
    public void AForeignDiskIsClaimedWithTheWord()
    {
        byte[] image = new byte[300 * 512];
        image[510] = 0x55;
        using var bench = new ShellBench(image: image);
        bench.Bench.Thread.Open(bench.Bench.Context);
        Assert.Equal("fake0 is formatted: room for 49 records\n", bench.Run("record format yes"));
        bench.Bench.Record(new byte[] { 1 });
        bench.Bench.AssertHolds(1, new byte[] { 1 });
    }

    [Fact]
    public void ShutdownAndRebootAct()
    {
        using var bench = new ShellBench();
        bench.Run("shutdown");
        Assert.Equal(1, bench.Power.ShutDowns);
        bench.Run("reboot");
        Assert.Equal(1, bench.Power.Reboots);
    }

    [Fact]
    public void AMachineThatCantSwitchOffSaysSo()
    {
        using var bench = new ShellBench();
        bench.Power.Works = false;
        Assert.Contains("the firmware does not say how", bench.Run("shutdown"));
        Assert.Equal(0, bench.Power.ShutDowns);
        Assert.Contains("does not restart", bench.Run("reboot"));
    }

    [Fact]
    public void ShutdownTellsWhatTheDiskDidNotTake()
    {
        using var bench = new ShellBench();
        bench.Bench.Send(new byte[] { 1 });
        Assert.Contains("did not take everything in time", bench.Run("shutdown"));
        Assert.Equal(1, bench.Power.ShutDowns);
        bench.Bench.Thread.Open(bench.Bench.Context);
        bench.Bench.Thread.HandleBatch(bench.Bench.Context);
        Assert.DoesNotContain("did not take", bench.Run("shutdown"));
    }

    [Fact]
    public void LogShowsWhatWasSaid()
    {
        using var bench = new ShellBench();
        bench.Log.WriteLine("something happened"u8);
        Assert.Equal("something happened\n", bench.Run("log"));
    }

    [Fact]
    public void UptimeShowsSeconds()
    {
        using var bench = new ShellBench();
        bench.Bench.Workshop.Processor.Now = 12_345_678_901;
        Assert.StartsWith("up 12.345678 s, idle 0 %", bench.Run("uptime"));
    }

    [Fact]
    public void AKernelWithoutSelfTestsSaysSo()
    {
        using var bench = new ShellBench();
        Assert.Contains("no self-tests", bench.Run("selftest"));
    }
}
