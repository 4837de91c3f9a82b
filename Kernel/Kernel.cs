using System;
using Cosmos.Core;
using Cosmos.Core.Runtime;
using Cosmos.HAL;
using Reservoir.Devices;
using Reservoir.Drivers.Disk;
using Reservoir.Drivers.Nic;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir;

/// <summary>The kernel.</summary>
public sealed class Kernel : Cosmos.System.Kernel
{
    private Scheduler _scheduler = null!;
    private MemoryManager _memory = null!;
    private AtaDrive? _disk;

    private sealed class Test(Kernel k) : ThreadBody
    {
        public override void Run(ThreadContext context)
        {
            BootConsole.Instance.WriteLine($"thread runs at {k._scheduler.Clock.Nanoseconds} ns");
            for (int i = 0; i < 3; i++)
            {
                k._scheduler.Sleep(context, 10_000_000);
                BootConsole.Instance.WriteLine($"tick {k._scheduler.Clock.Nanoseconds}");
            }
            if (k._disk is not null)
            {
                IBlockStorage d = k._disk;
                RentResult r = d.Pool.Rent(context);
                BlockStatus s = d.Read(context, 0, 128, r.Buffer);
                BootConsole.Instance.WriteLine($"disk {k._disk.Model} {k._disk.BlockCount} read {(int)s} {d.Pool.GetSpan(r.Buffer)[510],1:X}");
                s = d.Read(context, k._disk.BlockCount, 1, r.Buffer);
                BootConsole.Instance.WriteLine($"past end {(int)s}");
                d.Pool.GetSpan(r.Buffer).Slice(0, 512).Fill(0x5A);
                s = d.Write(context, 3, 1, r.Buffer);
                BootConsole.Instance.WriteLine($"write {(int)s} flush {(int)d.Flush(context)} ret {(int)d.Pool.Return(r.Buffer)} again {(int)d.Pool.Return(r.Buffer)}");
            }
            NetworkStatistics n = NetworkDevice.Devices.Count > 0 ? NetworkDevice.Devices[0].TakeStatistics() : default;
            k._scheduler.Sleep(context, 1000_000_000);
            n = NetworkDevice.Devices.Count > 0 ? NetworkDevice.Devices[0].TakeStatistics() : default;
            BootConsole.Instance.WriteLine($"nic received {n.FramesReceived} dropped {n.FramesDropped} ints {n.Interrupts}");
            k._memory.WriteMap(BootConsole.Instance);
            Cosmos.System.Power.Shutdown();
        }
    }

    /// <inheritdoc/>
    protected override void BeforeRun()
    {
        var pit = new PIT();
        X86Processor processor = X86Processor.Instance;
        processor.SetTimestampFrequency(pit.MeasureTimestampFrequency());
        BootConsole.Instance.WriteLine($"tsc {processor.TimestampFrequency}");
        var clock = new Clock(processor, RuntimeStartup.BootTimestamp);
        PCI.Setup();
        foreach (PCIDevice d in PCI.Devices) BootConsole.Instance.WriteLine($"{d.bus:X2}:{d.slot:X2}.{d.function} {d.VendorID:X4}:{d.DeviceID:X4} {PCIClassName.Of(d)} irq {d.InterruptLine}");
        _scheduler = new Scheduler(processor, clock);
        Span<MemoryRange> ranges = stackalloc MemoryRange[32];
        nuint from = Paging.TableRegionStart + Paging.TableRegionBytes;
        int n = 0;
        foreach (MemoryMapBlock b in Cosmos.Core.Multiboot.Multiboot2.MemoryMap)
        {
            if (b.Type == 1 && b.Address + b.Length > from) { nuint s = Math.Max((nuint)b.Address, from); ranges[n++] = new MemoryRange(s, (nuint)(b.Address + b.Length) - s); }
        }
        _memory = new MemoryManager(new KernelAddressSpace(), ranges.Slice(0, n));
        PlanError e = _memory.Admit(Plan.Create());
        _memory.WritePlan(BootConsole.Instance);
        if (e != PlanError.None) { BootConsole.Instance.WriteLine(PlanText.Of(e)); DebugExit.Write(3); }
        _memory.CreateBlockingPool("disk", _scheduler, out BlockingPool? diskPool);
        _memory.CreateNonBlockingPool("nic-receive", _scheduler, out NonBlockingPool? rx);
        _memory.CreateNonBlockingPool("nic-transmit", _scheduler, out NonBlockingPool? tx);
        _memory.TakeRegion("nic-rings", ReservationKind.Device, out Region rings);
        _memory.TakeRegion("shell", ReservationKind.Stack, out Region st);
        _disk = AtaController.FindDrives(_scheduler, diskPool);
        E1000? nic = E1000.Find(rings, tx, new FrameQueue(_scheduler, rx, 1024), processor);
        if (nic is not null) { NetworkDevice.Devices.Add(nic); BootConsole.Instance.WriteLine($"nic {nic.Name} {nic.MACAddress.ToNumber():X12} enabled {nic.Enable()} link {nic.LinkUp}"); }
        INTs.Prologue = _scheduler.EnterInterrupt;
        INTs.Epilogue = _scheduler.ExitInterrupt;
        INTs.SetIrqHandler(0, Tick);
        pit.StartPeriodic(1000);
        BootConsole.Instance.WriteLine($"create {(int)_scheduler.CreateThread("shell", 10, new Test(this), st, out _)}");
        Fault.EndThread = () => _scheduler.EndCurrent(true);
        ManagedHeap.Seal();
    }

    void Tick(ref INTs.IRQContext c) => _scheduler.Tick();

    /// <inheritdoc/>
    protected override void Run() => _scheduler.Start();
}
