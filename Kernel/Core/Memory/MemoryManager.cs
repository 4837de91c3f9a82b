using System;
using System.Diagnostics.CodeAnalysis;
using Cosmos.Common;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Memory;

/// <summary>
/// Gives out all memory once, at boot, by a plan; then closes the books.
/// </summary>
/// <remarks>
/// <para>A plan is admitted as a whole or not at all: <see cref="Admit"/> checks every line, computes where each would lie, and only if all
/// of them
/// fit reserves and maps them. After <see cref="Seal"/> every request is refused. So nobody can ever take what was promised to somebody
/// else.</para>
/// <para>Every region starts on a page and has an unmapped page on either side, so that running over its end is a fault at once. A pool's
/// records
/// have a region of their own: an overrun of a buffer, or a stray device, can't reach them.</para>
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
    private readonly BufferPool[] _pools = new BufferPool[PoolLimits.MaxPools];
    private readonly Reservation[] _reservations = new Reservation[MaxLines];
    private PlanLine[] _lines = [];

    /// <summary>Makes a memory manager that has given out nothing.</summary>
    /// <param name="addressSpace">Maps what is given out.</param>
    /// <param name="usable">The memory there is, in rising order. What lies in it and the plan lists as placed is left alone.</param>
    public MemoryManager(AddressSpace addressSpace, ReadOnlySpan<MemoryRange> usable)
    {
        _addressSpace = addressSpace;
        _usable = usable.ToArray();
    }

    /// <summary>Whether the books are closed. Any context.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>A number that stands for the plan and where everything lies. Any context.</summary>
    public ulong PlanHash { get; private set; }

    /// <summary>How many pools were created. Any context.</summary>
    [AllocationFree]
    public int PoolCount { get; private set; }

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

    /// <summary>A pool by its number of creation. Any context.</summary>
    /// <param name="index">0 to <see cref="PoolCount"/> - 1.</param>
    [AllocationFree]
    public BufferPool GetPool(int index) => _pools[index];

    /// <summary>A pool by its name; null if there is none. Any context.</summary>
    /// <param name="name">The name, in ASCII.</param>
    public BufferPool? FindPool(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < PoolCount; i++)
        {
            if (AsciiName.Matches(_pools[i].Name, name))
            {
                return _pools[i];
            }
        }

        return null;
    }

    /// <summary>How many buffers of all pools a thread has rented and nobody has returned. Any context; time in proportion to the number of
    /// pools.</summary>
    /// <param name="thread">The thread, alive or ended.</param>
    public int CountBuffersOf(KernelThread thread)
    {
        int rented = 0;
        for (int i = 0; i < PoolCount; i++)
        {
            rented += _pools[i].CountRentedBy(thread.Id);
        }

        return rented;
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

    /// <summary>Closes the books: from now on every request is refused. Once.</summary>
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

    /// <summary>Makes the pool that never waits which a line of the plan describes.</summary>
    /// <param name="name">The line's name.</param>
    /// <param name="scheduler">Tells who rents.</param>
    /// <param name="pool">The pool; null if it was refused.</param>
    /// <returns>Why it was refused, or <see cref="PlanError.None"/>.</returns>
    public PlanError CreateNonBlockingPool(string name, Scheduler scheduler, [NotNull] out NonBlockingPool? pool)
    {
        pool = null!;
        PlanError error = TakePool(name, PoolKind.NonBlocking, out int index);
        if (error == PlanError.None)
        {
            pool = new NonBlockingPool(Describe(index), scheduler);
            Enter(pool, index);
        }

        return error;
    }

    /// <summary>Makes the pool whose callers may wait which a line of the plan describes.</summary>
    /// <param name="name">The line's name.</param>
    /// <param name="scheduler">Whose threads wait.</param>
    /// <param name="pool">The pool; null if it was refused.</param>
    /// <returns>Why it was refused, or <see cref="PlanError.None"/>.</returns>
    public PlanError CreateBlockingPool(string name, Scheduler scheduler, [NotNull] out BlockingPool? pool)
    {
        pool = null!;
        PlanError error = TakePool(name, PoolKind.Blocking, out int index);
        if (error == PlanError.None)
        {
            pool = new BlockingPool(Describe(index), scheduler);
            Enter(pool, index);
        }

        return error;
    }

    /// <summary>Writes the plan, a line each, with what is missing if it didn't fit. Any thread.</summary>
    /// <param name="output">Where to.</param>
    public void WritePlan(TextOutput output) => PlanReport.WritePlan(this, _reservations, output);

    /// <summary>Writes where everything lies, in the order of addresses. Any thread.</summary>
    /// <param name="output">Where to.</param>
    public void WriteMap(TextOutput output) => PlanReport.WriteMap(this, output);

    /// <summary>The plan was refused: nothing lies anywhere. What was missing stays on record.</summary>
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

    private PlanError TakePool(string name, PoolKind kind, out int index)
    {
        PlanError error = Take(name, ReservationKind.Pool, out index);
        return error == PlanError.None && _lines[index].PoolKind != kind ? PlanError.WrongPoolKind : error;
    }

    private PoolDescription Describe(int index)
    {
        PlanLine line = _lines[index];
        return new PoolDescription(line.Name, PoolCount + 1, line.Size, line.Count, line.Alignment, _reservations[index].Region,
            _reservations[index].Records, line.Rules);
    }

    private void Enter(BufferPool pool, int index)
    {
        _reservations[index].InUse = true;
        _pools[PoolCount++] = pool;
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

    /// <summary>FNV-1a over everything a plan says and every place.</summary>
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
