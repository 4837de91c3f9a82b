using System;
using System.Net;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>Threads, the timer's interrupts and the network card's against all pools at once, on the real thing.</summary>
public sealed class StormTests
{
    private const int Seconds = 10;

    [Fact]
    public void TenSecondsOfStormLeaveEveryPoolSoundAndNothingRented()
    {
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { Lab = true, Disk = disk.Path, NetworkPort = peer.Port });
        NetworkTests.AssertAnswers(peer);
        string before = KillTests.InUseOf(machine.Command("pools --all"));
        bool over = false;
        byte[] frame = Frames.ArpRequest(IPAddress.Parse("10.0.2.99")).Bytes;
        var traffic = new System.Threading.Thread(() =>
        {
            while (!System.Threading.Volatile.Read(ref over))
            {
                peer.Flood(frame, 20);
                System.Threading.Thread.Sleep(5);
            }
        });
        traffic.Start();
        string storm = machine.Command($"storm {Seconds}");
        System.Threading.Volatile.Write(ref over, true);
        traffic.Join();

        for (int second = 1; second <= Seconds; second++)
        {
            Assert.Contains($"STORM {second}: all pools sound", storm, StringComparison.Ordinal);
        }

        Assert.Contains("STORM PASSED", storm, StringComparison.Ordinal);
        NetworkTests.AssertAnswers(peer);
        Assert.Contains(" passed, 0 failed", machine.Command("selftest"), StringComparison.Ordinal);
        Assert.Equal(before, KillTests.InUseOf(machine.Command("pools --all")));
        machine.ShutDown();
    }
}
