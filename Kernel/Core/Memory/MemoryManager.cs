using System;
using Cosmos.Common;

namespace Reservoir.Memory;

/// <summary>
/// Gives out all memory once, at boot, by a plan; after that it refuses every request.
/// </summary>
/// <remarks>
/// <para>A plan is admitted as a whole or not at all: <see cref="Admit"/> checks every line, computes where each would lie, and reserves
/// and maps them only if all of them fit. After <see cref="Seal"/> every request is refused, so memory that was promised to one line can
/// never go to another.</para>
/// <para>Every region starts on a page and has an unmapped page on either side, so that running over its end is a fault at once. A pool's
/// records have a region of their own: an overrun of a buffer, or a stray device, can't reach them.</para>
/// <para>The manager gives out a pool's regions and what the plan says of the pool; the registry of pools makes the pool.</para>
/// <para>Boot context, except for what says otherwise. Nothing is ever given back.</para>
/// </remarks>
public sealed class MemoryManager
{
    /// <summary>Bytes in a page.</summary>
    public const int PageBytes = 4096;

    /// <summary>The largest region in bytes.</summary>
    public const int MaxRegionBytes = 1 << 30;

    /// <summary>The fewest address bits that a device can have (the ISA bus has 24).</summary>
    public const int MinDmaBits = 24;

    /// <summary>The most characters in the name of a line.</summary>
    public const int MaxNameLength = 24;

    /// <summary>The most lines a plan can have.</summary>
    public const int MaxLines = 96;

    private readonly AddressSpace _addressSpace;
    private readonly MemoryRange[] _usable;
    private readonly Reservation[] _reservations = new Reservation[MaxLines];
    private PlanLine[] _lines = [];
    private int _poolsTaken;

    /// <summary>Makes a memory manager that has given out nothing.</summary>
    /// <param name="addressSpace">Maps what is given out.</param>
    /// <param name="usable">The memory there is, in rising order. What lies in it and the plan lists as placed is left alone.</param>
    public MemoryManager(AddressSpace addressSpace, ReadOnlySpan<MemoryRange> usable)
    {
        _addressSpace = addressSpace;
        _usable = usable.ToArray();
    }

    /// <summary>Whether the plan is sealed. Any context.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>A number that stands for the plan and where everything lies. Any context.</summary>
    public ulong PlanHash { get; private set; }

    /// <summary>Lines of the plan. Any context.</summary>
    public int LineCount => _lines.Length;

    /// <summary>Bytes of memory there were to give out, whole pages only.</summary>
    public nuint UsableBytes
    {
        get
        {
            nuint bytes = 0;
            foreach (MemoryRange range in _usable)
            {
                bytes += range.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>The subsystem to which the plan gives a line. Any thread.</summary>
    /// <param name="name">The line's name.</param>
    public string SubsystemOf(string name)
    {
        int index = FindLine(name);
        return index < 0 ? "" : _lines[index].Subsystem;
    }

    /// <summary>A line of the plan. Any context.</summary>
    /// <param name="index">0 to <see cref="LineCount"/> - 1.</param>
    public PlanLine GetLine(int index) => _lines[index];

    /// <summary>Where a line's memory lies. Any context.</summary>
    /// <param name="index">0 to <see cref="LineCount"/> - 1.</param>
    public Region GetRegion(int index) => _reservations[index].Region;

    /// <summary>Where a pool's records lie; empty for other lines. Any context.</summary>
    /// <param name="index">0 to <see cref="LineCount"/> - 1.</param>
    public Region GetRecords(int index) => _reservations[index].Records;

    /// <summary>
    /// Reserves everything a plan asks for, or nothing. If it doesn't fit, <see cref="WritePlan"/> tells what is missing line by line.
    /// </summary>
    /// <param name="lines">The plan.</param>
    /// <returns>Why it was refused, or <see cref="PlanError.None"/>.</returns>
    public PlanError Admit(ReadOnlySpan<PlanLine> lines)
    {
        if (IsSealed)
        {
            return PlanError.Sealed;
        }

        if (PlanHash != 0)
        {
            return PlanError.AlreadyAdmitted;
        }

        PlanError error = PlanValidation.Check(lines);
        if (error != PlanError.None)
        {
            return error;
        }

        _lines = lines.ToArray();
        if (!PlanLayout.Place(_lines, _usable, _reservations))
        {
            ForgetPlaces();
            return PlanError.Shortfall;
        }

        for (int i = 0; i < _lines.Length; i++)
        {
            if (_lines[i].Kind != ReservationKind.Placed && !(MapRegion(_reservations[i].Region) && MapRegion(_reservations[i].Records)))
            {
                ForgetPlaces();
                return PlanError.NotMapped;
            }
        }

        PlanHash = ComputeHash();
        return PlanError.None;
    }

    /// <summary>Seals the plan: from now on every request is refused. Once.</summary>
    public void Seal() => IsSealed = true;

    /// <summary>Whether the plan and its places are still what they were when it was admitted. Any context.</summary>
    public bool VerifyPlanHash() => PlanHash != 0 && ComputeHash() == PlanHash;

    /// <summary>Gives out a line's region: a stack, a scratch arena, a device's memory.</summary>
    /// <param name="name">The line's name.</param>
    /// <param name="kind">What it has to be for.</param>
    /// <param name="region">The region; empty if it was refused.</param>
    /// <returns>Why it was refused, or <see cref="PlanError.None"/>.</returns>
    public PlanError TakeRegion(string name, ReservationKind kind, out Region region)
    {
        region = default;
        PlanError error = Take(name, kind, out int index);
        if (error == PlanError.None)
        {
            _reservations[index].InUse = true;
            region = _reservations[index].Region;
        }

        return error;
    }

    /// <summary>Gives out the regions of a pool's line, with what the plan says of the pool and the pool's number.</summary>
    /// <param name="name">The line's name.</param>
    /// <param name="kind">The kind of pool that it has to be for.</param>
    /// <param name="description">What to make the pool of; empty if it was refused.</param>
    /// <returns>Why it was refused, or <see cref="PlanError.None"/>.</returns>
    internal PlanError TakePool(string name, PoolKind kind, out PoolDescription description)
    {
        description = default;
        PlanError error = Take(name, ReservationKind.Pool, out int index);
        if (error != PlanError.None)
        {
            return error;
        }

        if (_lines[index].PoolKind != kind)
        {
            return PlanError.WrongPoolKind;
        }

        _reservations[index].InUse = true;
        description = new PoolDescription(_lines[index], ++_poolsTaken, _reservations[index].Region, _reservations[index].Records);
        return PlanError.None;
    }

    /// <summary>Writes the plan, a line each, with what is missing if it didn't fit. Any thread.</summary>
    /// <param name="output">Where to.</param>
    public void WritePlan(TextOutput output) => PlanReport.WritePlan(this, _reservations, output);

    /// <summary>Writes where everything lies, in the order of addresses. Any thread.</summary>
    /// <param name="output">Where to.</param>
    public void WriteMap(TextOutput output) => PlanReport.WriteMap(this, output);

    /// <summary>Empties all places of a plan that was refused. What was missing stays on record.</summary>
    private void ForgetPlaces()
    {
        for (int i = 0; i < _lines.Length; i++)
        {
            _reservations[i].Region = default;
            _reservations[i].Records = default;
        }
    }

    private PlanError Take(string name, ReservationKind kind, out int index)
    {
        index = FindLine(name);
        if (IsSealed)
        {
            return PlanError.Sealed;
        }

        if (PlanHash == 0)
        {
            return PlanError.NotAdmitted;
        }

        if (index < 0)
        {
            return PlanError.NoSuchLine;
        }

        if (_lines[index].Kind != kind)
        {
            return PlanError.WrongKind;
        }

        return _reservations[index].InUse ? PlanError.AlreadyCreated : PlanError.None;
    }

    private int FindLine(string name)
    {
        for (int i = 0; i < _lines.Length; i++)
        {
            if (string.Equals(_lines[i].Name, name))
            {
                return i;
            }
        }

        return -1;
    }

    private bool MapRegion(Region region) => region.IsEmpty || _addressSpace.MapData(region.Start, region.Bytes);

    /// <summary>The FNV-1a hash of all that the plan says and of all places.</summary>
    private ulong ComputeHash()
    {
        ulong hash = 0xCBF29CE484222325;
        for (int i = 0; i < _lines.Length; i++)
        {
            PlanLine line = _lines[i];
            hash = Mix(Mix(hash, line.Name), line.Subsystem);
            hash = Mix(Mix(Mix(hash, (ulong)line.Kind), (ulong)line.PoolKind), (ulong)line.Alignment);
            hash = Mix(Mix(hash, (ulong)line.Size), (ulong)line.Count);
            hash = Mix(hash, (ulong)line.DmaBits);
            hash = Mix(Mix(hash, (ulong)line.Rules.Reserve), (ulong)line.Rules.Cap);
            hash = Mix(Mix(hash, (ulong)line.Rules.HighWatermark), (ulong)line.Rules.LowWatermark);
            hash = Mix(Mix(hash, _reservations[i].Region.Start), _reservations[i].Region.Bytes);
            hash = Mix(Mix(hash, _reservations[i].Records.Start), _reservations[i].Records.Bytes);
        }

        return hash | 1;
    }

    private static ulong Mix(ulong hash, string text)
    {
        foreach (char character in text)
        {
            hash = Mix(hash, character);
        }

        return Mix(hash, (ulong)text.Length);
    }

    private static ulong Mix(ulong hash, ulong value) => (hash ^ value) * 0x100000001B3;
}
