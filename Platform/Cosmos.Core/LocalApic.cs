using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>
/// The interrupt controller inside the processor (Intel SDM volume 3, chapter 11): its timer is the kernel's. Device lines stay with the
/// 8259A, whose output passes through pin LINT0 as if the APIC weren't there ("virtual wire").
/// </summary>
/// <remarks>
/// The timer counts down once from the value that it is given and interrupts at zero. Its clock is measured against the processor's
/// counter, which must have been calibrated. Only xAPIC mode, registers in memory: firmware that has switched to x2APIC leaves the kernel
/// with the 8254.
/// </remarks>
[AllocationFree]
public sealed class LocalApic : OneShotTimer
{
    private const uint FeatureLeaf = 1;
    private const uint FeatureApic = 1 << 9;            // CPUID leaf 1, EDX
    private const int MeasuringRuns = 3;
    private const ulong MeasuringsPerSecond = 2000;     // 0.5 ms each
    private const int LongestMeasuring = 10_000_000;

    private readonly nuint _base;
    private readonly nuint _initialCount;

    private LocalApic(nuint registers, ulong frequency)
        : base(frequency, uint.MaxValue)
    {
        _base = registers;
        _initialCount = registers + LocalApicRegisters.InitialCount;
    }

    /// <inheritdoc/>
    public override string Description => "local APIC";

    /// <summary>Switches it on and measures its clock. Boot context, interrupts masked, after the processor's counter was calibrated. Takes
    /// 1.5 ms.</summary>
    /// <returns>Null if the processor has none that can be used.</returns>
    [MayAllocate("boot")]
    public static LocalApic? Find()
    {
        if (!IsPresent())
        {
            return null;
        }

        ulong baseRegister = Native.ReadModelRegister(LocalApicRegisters.BaseRegister);
        var registers = (nuint)(baseRegister & LocalApicRegisters.BaseAddressMask);
        if ((baseRegister & LocalApicRegisters.BaseExtended) != 0 || !Mmio.Map(registers, LocalApicRegisters.WindowBytes))
        {
            return null;
        }

        Native.WriteModelRegister(LocalApicRegisters.BaseRegister, baseRegister | LocalApicRegisters.BaseEnable);
        Mmio.Write32(registers + LocalApicRegisters.SpuriousVector, LocalApicRegisters.SoftwareEnable | INTs.SpuriousVector);
        Mmio.Write32(registers + LocalApicRegisters.TaskPriority, 0);
        Mmio.Write32(registers + LocalApicRegisters.LvtLint0, LocalApicRegisters.DeliverExternal);
        Mmio.Write32(registers + LocalApicRegisters.LvtLint1, LocalApicRegisters.DeliverNmi);
        Mmio.Write32(registers + LocalApicRegisters.LvtError, LocalApicRegisters.LvtMasked);
        Mmio.Write32(registers + LocalApicRegisters.LvtTimer, LocalApicRegisters.LvtMasked);
        Mmio.Write32(registers + LocalApicRegisters.DivideConfiguration, LocalApicRegisters.DivideByOne);
        ulong frequency = MeasureFrequency(registers, X86Processor.Instance.TimestampFrequency);
        return frequency is 0 or > uint.MaxValue ? null : new LocalApic(registers, frequency);
    }

    /// <inheritdoc/>
    [MayAllocate("boot")]
    public override bool Start(InterruptHook handler)
    {
        INTs.SetTimerHandler(handler, _base + LocalApicRegisters.EndOfInterrupt);
        Mmio.Write32(_base + LocalApicRegisters.LvtTimer, INTs.TimerVector);
        return true;
    }

    /// <inheritdoc/>
    public override void Set(ulong counts) => Mmio.Write32(_initialCount, ToTicks(counts));

    private static unsafe bool IsPresent()
    {
        uint* results = stackalloc uint[4];
        Native.Identify(FeatureLeaf, 0, results);
        return (results[3] & FeatureApic) != 0;
    }

    /// <summary>Counts in a second; 0 if it doesn't count. The middle of three runs: each can be disturbed in either direction.</summary>
    private static ulong MeasureFrequency(nuint registers, ulong countsPerSecond)
    {
        ulong lowest = ulong.MaxValue;
        ulong highest = 0;
        ulong sum = 0;
        for (int i = 0; i < MeasuringRuns; i++)
        {
            ulong frequency = MeasureOnce(registers, countsPerSecond);
            if (frequency == 0)
            {
                return 0;
            }

            lowest = frequency < lowest ? frequency : lowest;
            highest = frequency > highest ? frequency : highest;
            sum += frequency;
        }

        return sum - lowest - highest;
    }

    private static ulong MeasureOnce(nuint registers, ulong countsPerSecond)
    {
        ulong end = countsPerSecond / MeasuringsPerSecond;
        Mmio.Write32(registers + LocalApicRegisters.InitialCount, uint.MaxValue);
        ulong begun = Native.ReadTimestamp();
        uint from = Mmio.Read32(registers + LocalApicRegisters.CurrentCount);
        ulong taken = 0;
        for (int i = 0; taken < end && i < LongestMeasuring; i++)
        {
            taken = Native.ReadTimestamp() - begun;
        }

        // Counter first and APIC second, as at the beginning: the time between the two falls out.
        taken = Native.ReadTimestamp() - begun;
        uint counted = from - Mmio.Read32(registers + LocalApicRegisters.CurrentCount);
        Mmio.Write32(registers + LocalApicRegisters.InitialCount, 0);
        return counted * countsPerSecond / taken;
    }
}
