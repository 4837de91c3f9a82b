using System;
using System.Collections.Generic;
using Cosmos.HAL;
using Cosmos.HAL.BlockDevice;
using Reservoir.Devices;
using Reservoir.Drivers.Ata;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Core;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Threads;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>The ATA driver on channels and drives made of code, with the kernel's own pool and scheduler; the test is its thread. When it
/// waits, time passes, the drives work and their interrupts come.</summary>
internal sealed class DiskBench : IDisposable
{
    public const int BlockBytes = FakeAtaMedium.BlockBytes;
    public const int BlocksPerBuffer = BufferBytes / BlockBytes;
    public const int FirstLine = 14;
    public const int SecondLine = 15;
    public const int NativeLine = 11;
    private const int BufferBytes = 64 * 1024;
    private const int Buffers = 10;

    /// <summary>Describes the machine; <see cref="Find"/> starts the driver.</summary>
    /// <param name="setup">What is plugged in.</param>
    public DiskBench(DiskSetup setup)
    {
        Setup = setup;
        Primary = new FakeAtaChannel(setup.Master, setup.Slave);
        Secondary = new FakeAtaChannel(setup.SecondMaster, null);
        Plug(Primary, setup.IsNative ? 0xC100 : 0x1F0, setup.IsNative ? 0xC202 : 0x3F6);
        Plug(Secondary, setup.IsNative ? 0xC300 : 0x170, setup.IsNative ? 0xC402 : 0x376);
        Bus.Plug(0xC000, 8, Primary.BusMaster);
        Bus.Plug(0xC008, 8, Secondary.BusMaster);
        var configuration = new FakePciConfiguration();
        Bus.Plug(PCIDevice.ConfigAddressPort, 8, configuration);
        if (setup.HasController)
        {
            byte[] function = configuration.Add(0, 1, 0, 0x8086, 0x7010, classCode: 0x01, subclass: 0x01);
            function[9] = (byte)(setup.IsNative ? 0x85 : 0x80);
            FakePciConfiguration.SetBar(function, 0, 0xC101);
            FakePciConfiguration.SetBar(function, 1, 0xC201);
            FakePciConfiguration.SetBar(function, 2, 0xC301);
            FakePciConfiguration.SetBar(function, 3, 0xC401);
            FakePciConfiguration.SetBar(function, 4, 0xC001);
            function[0x3C] = NativeLine;
        }

        Workshop = new Workshop(
            PlanLine.Pool("disk", "storage", PoolKind.Blocking, BufferBytes, Buffers, alignment: 512, dmaBits: 32),
            PlanLine.DeviceMemory("tables", "storage", AtaController.TableBytes));
        Pool = Workshop.Blocking("disk");
        Workshop.TimePassed = PassTime;
    }

    public DiskSetup Setup { get; }

    public FakeBus Bus { get; } = new();

    public FakeAtaChannel Primary { get; }

    public FakeAtaChannel Secondary { get; }

    public Workshop Workshop { get; }

    public BlockingPool Pool { get; }

    public TextCapture Messages { get; } = new();

    /// <summary>The drives, in the order of their names.</summary>
    public List<BlockDevice> Found { get; } = new();

    public AtaDrive? Disk { get; private set; }

    public ThreadContext Context => Workshop.Context;

    /// <summary>Milliseconds that have passed while the test waited.</summary>
    public int Waited { get; private set; }

    /// <summary>A machine with one disk, whose driver has started.</summary>
    public static DiskBench WithDisk(FakeAtaDrive drive, TransferMode mode = TransferMode.BusMaster,
        Func<AtaWindows, AtaWindows>? wrap = null)
    {
        var bench = new DiskBench(new DiskSetup { Master = drive });
        bench.Find(mode, wrap);
        Assert.NotNull(bench.Disk);
        return bench;
    }

    /// <summary>A disk of 1 GiB that knows everything: 48-bit addresses, DMA, 16 blocks for an interrupt.</summary>
    public static FakeAtaDrive Drive(ulong blocks = 1 << 21)
    {
        var identity = new IdentifyAnswer();
        identity.SetCapacity((uint)Math.Min(blocks, 0x0FFF_FFFF));
        identity.SetWideCapacity(blocks);
        identity[IdentifyAnswer.CommandSets] = IdentifyAnswer.WordIsValid | IdentifyAnswer.WideAddresses | IdentifyAnswer.WideFlush;
        return new FakeAtaDrive(WithDma(identity));
    }

    /// <summary>A disk without 48-bit addresses.</summary>
    public static FakeAtaDrive ShortDrive(uint blocks = IdentifyAnswer.Gibibyte)
    {
        var identity = new IdentifyAnswer();
        identity.SetCapacity(blocks);
        return new FakeAtaDrive(WithDma(identity));
    }

    public void Find(TransferMode mode = TransferMode.BusMaster, Func<AtaWindows, AtaWindows>? wrap = null)
    {
        List<PCIDevice> devices = PCI.Scan(Bus);
        PCIDevice? device = devices.Count == 0 ? null : devices[0];
        Assert.Equal(PlanError.None, Workshop.Memory.TakeRegion("tables", ReservationKind.Device, out Region tables));
        var controller = new AtaController(Bus, device, Workshop.Scheduler, Pool, tables, wrap);
        Disk = controller.Find(mode, () => Messages, Found);
    }

    /// <summary>Rents buffers; the test returns none of them.</summary>
    public BufferHandle[] Rent(int count)
    {
        var buffers = new BufferHandle[count];
        for (int i = 0; i < count; i++)
        {
            RentResult rental = Pool.TryRent();
            Assert.True(rental.Succeeded);
            buffers[i] = rental.Buffer;
        }

        return buffers;
    }

    /// <summary>Reads blocks with one buffer and compares them with what the medium has, if they could be read.</summary>
    public BlockStatus ReadAndCompare(ulong first, int count, FakeAtaDrive? drive = null, AtaDrive? disk = null)
    {
        BufferHandle buffer = Rent(1)[0];
        BlockStatus status = (disk ?? Disk!).Read(Context, first, count, buffer);
        for (int i = 0; status == BlockStatus.Ok && i < count; i++)
        {
            byte[] expected = (drive ?? Setup.Master!).Medium.Block(first + (ulong)i);
            Assert.True(Pool.GetSpan(buffer).Slice(i * BlockBytes, BlockBytes).SequenceEqual(expected), $"block {first + (ulong)i}");
        }

        Assert.Equal(ReturnError.None, Pool.Return(buffer));
        return status;
    }

    /// <summary>Writes blocks with one buffer, filled with a byte.</summary>
    public BlockStatus Write(ulong first, int count, byte fill)
    {
        BufferHandle buffer = Rent(1)[0];
        Pool.GetSpan(buffer).Slice(0, count * BlockBytes).Fill(fill);
        BlockStatus status = Disk!.Write(Context, first, count, buffer);
        Assert.Equal(ReturnError.None, Pool.Return(buffer));
        return status;
    }

    public void Dispose() => Workshop.Dispose();

    private static IdentifyAnswer WithDma(IdentifyAnswer identity)
    {
        identity[IdentifyAnswer.Capabilities] = IdentifyAnswer.Lba | IdentifyAnswer.Dma;
        identity[IdentifyAnswer.Validity] = 4;
        identity[IdentifyAnswer.UltraDma] = 0x2020;
        identity[IdentifyAnswer.Multiple] = 0x8010;
        return identity;
    }

    private void Plug(FakeAtaChannel channel, int command, int control)
    {
        Bus.Plug(command, 8, channel.Command);
        Bus.Plug(control, 1, channel.Control);
    }

    private void PassTime()
    {
        Waited++;
        Serve(Primary, FirstLine);
        Serve(Secondary, SecondLine);
    }

    private void Serve(FakeAtaChannel channel, byte line)
    {
        channel.Proceed();
        if (channel.HasEdge)
        {
            channel.HasEdge = false;
            Workshop.Scheduler.EnterInterrupt(Workshop.Processor.Now);
            Bus.Raise(Setup.IsNative ? (byte)NativeLine : line);
            Workshop.Scheduler.ExitInterrupt(Workshop.Processor.Now);
        }
    }
}
