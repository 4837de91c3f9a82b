
namespace Reservoir.Memory;

/// <summary>One line of the reservation plan: what, for which subsystem, how much. A value without behaviour; made by the factory
/// methods.</summary>
public readonly struct PlanLine
{
    private PlanLine(string name, string subsystem, ReservationKind kind, int size, int count, int alignment, PoolKind poolKind,
        Region placed, PoolRules rules = default, int dmaBits = 0)
    {
        Name = name;
        Subsystem = subsystem;
        Kind = kind;
        Size = size;
        Count = count;
        Alignment = alignment;
        PoolKind = poolKind;
        PlacedRegion = placed;
        Rules = rules;
        DmaBits = dmaBits;
    }

    /// <summary>The line's name, unique in the plan; the pool, thread or ring is created by it.</summary>
    public string Name { get; }

    /// <summary>The subsystem that it is for.</summary>
    public string Subsystem { get; }

    /// <summary>What it is for.</summary>
    public ReservationKind Kind { get; }

    /// <summary>Bytes: of one buffer for a pool, of the whole for anything else.</summary>
    public int Size { get; }

    /// <summary>Buffers of a pool; 1 for anything else.</summary>
    public int Count { get; }

    /// <summary>Alignment of each buffer, or of the whole, in bytes.</summary>
    public int Alignment { get; }

    /// <summary>Whether a pool lets its callers wait.</summary>
    public PoolKind PoolKind { get; }

    /// <summary>What a pool demands of callers that rent.</summary>
    public PoolRules Rules { get; }

    /// <summary>How many address bits the device has that must reach it; 0 if no device does.</summary>
    public int DmaBits { get; }

    /// <summary>Where it lies, if the boot code has placed it.</summary>
    public Region PlacedRegion { get; }

    /// <summary>A buffer pool.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="subsystem">The subsystem that it is for.</param>
    /// <param name="kind">Whether callers may wait.</param>
    /// <param name="bufferSize">Bytes in a buffer, 1 to <see cref="PoolLimits.MaxBufferSize"/>.</param>
    /// <param name="count">Buffers, 1 to <see cref="PoolLimits.MaxBufferCount"/>.</param>
    /// <param name="alignment">Alignment of each buffer in bytes, a power of two up to <see cref="PoolLimits.MaxAlignment"/>.</param>
    /// <param name="rules">What it demands of callers that rent.</param>
    /// <param name="dmaBits">Address bits of the device that must reach the buffers, <see cref="MemoryManager.MinDmaBits"/> to 64; 0 if no
    /// device does.</param>
    public static PlanLine Pool(
        string name, string subsystem, PoolKind kind, int bufferSize, int count, int alignment = PoolLimits.MinAlignment,
            PoolRules rules = default, int dmaBits = 0)
    {
        return new PlanLine(name, subsystem, ReservationKind.Pool, bufferSize, count, alignment, kind, default, rules, dmaBits);
    }

    /// <summary>A thread's stack.</summary>
    /// <param name="name">The thread's name.</param>
    /// <param name="subsystem">The subsystem that it is for.</param>
    /// <param name="bytes">Its size.</param>
    public static PlanLine Stack(string name, string subsystem, int bytes)
    {
        return new PlanLine(name, subsystem, ReservationKind.Stack, bytes, 1, MemoryManager.PageBytes, default, default);
    }

    /// <summary>A thread's scratch arena.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="subsystem">The subsystem that it is for.</param>
    /// <param name="bytes">Its size.</param>
    public static PlanLine Scratch(string name, string subsystem, int bytes)
    {
        return new PlanLine(name, subsystem, ReservationKind.Scratch, bytes, 1, MemoryManager.PageBytes, default, default);
    }

    /// <summary>Memory shared with a device.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="subsystem">The subsystem that it is for.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="dmaBits">Address bits of the device, <see cref="MemoryManager.MinDmaBits"/> to 64.</param>
    public static PlanLine DeviceMemory(string name, string subsystem, int bytes, int dmaBits = 32)
    {
        return new PlanLine(name, subsystem, ReservationKind.Device, bytes, 1, MemoryManager.PageBytes, default, default, dmaBits: dmaBits);
    }

    /// <summary>What the boot code has placed before there was a plan.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="region">Where it lies.</param>
    public static PlanLine Placed(string name, Region region)
    {
        return new PlanLine(name, "boot", ReservationKind.Placed, (int)region.Bytes, 1, MemoryManager.PageBytes, default, region);
    }
}
