using Cosmos.Common;
using Reservoir.Devices;
using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Drivers.E1000;

/// <summary>The device's own counters (8254x manual, 13.7), summed up since boot. Any context; each register is read with interrupts held
/// off.</summary>
internal sealed class E1000Statistics
{
    private const int Missed = 0;
    private const int TooLong = 1;

    private readonly RegisterWindow _registers;
    private readonly Processor _processor;
    private readonly StatisticsRegister[] _counters =
    [
        new(MPC, "MPC", "missed: no descriptor"),
        new(ROC, "ROC", "too long"),
        new(RUC, "RUC", "too short"),
        new(RJC, "RJC", "too long and damaged"),
        new(RLEC, "RLEC", "length field wrong"),
        new(CRCERRS, "CRCERRS", "checksum wrong"),
        new(RXERRC, "RXERRC", "physical layer's errors"),
        new(RNBC, "RNBC", "no receive buffer"),
        new(TPR, "TPR", "received, all"),
        new(GPRC, "GPRC", "received, good"),
        new(BPRC, "BPRC", "received, broadcast"),
        new(MPRC, "MPRC", "received, multicast"),
        new(TPT, "TPT", "sent, all"),
        new(GPTC, "GPTC", "sent, good"),
        new(BPTC, "BPTC", "sent, broadcast"),
        new(MPTC, "MPTC", "sent, multicast"),
    ];

    /// <summary>Makes them. Boot context.</summary>
    /// <param name="registers">The device's registers.</param>
    /// <param name="processor">Masks interrupts.</param>
    public E1000Statistics(RegisterWindow registers, Processor processor)
    {
        _registers = registers;
        _processor = processor;
    }

    /// <summary>How many there are.</summary>
    public int Count => _counters.Length;

    /// <summary>Frames that the device lost because no descriptor was free.</summary>
    public ulong ReadMissed() => Read(Missed);

    /// <summary>Frames that the device refused because they were too long.</summary>
    public ulong ReadTooLong() => Read(TooLong);

    /// <summary>One of them.</summary>
    /// <param name="index">0 to <see cref="Count"/> - 1.</param>
    public DeviceCounter Describe(int index) =>
        (uint)index < (uint)_counters.Length ? new DeviceCounter(_counters[index].Name, _counters[index].Meaning, Read(index)) : default;

    /// <summary>Reads all, so that none runs over: 32 bits last for 48 minutes of the shortest frames at full speed.</summary>
    public void Refresh()
    {
        for (int i = 0; i < _counters.Length; i++)
        {
            Read(i);
        }
    }

    private ulong Read(int index)
    {
        nuint state = _processor.MaskInterrupts();
        ulong value = _counters[index].Read(_registers);
        _processor.RestoreInterrupts(state);
        return value;
    }
}
