using System.Collections.Generic;
using Reservoir.Memory;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Page tables that only remember what was asked of them, and have room for so many requests.</summary>
internal sealed class RecordingAddressSpace : AddressSpace
{
    public List<Region> Mapped { get; } = new();

    public int Room { get; set; } = int.MaxValue;

    public override bool MapData(nuint start, nuint bytes)
    {
        if (Mapped.Count == Room)
        {
            return false;
        }

        Mapped.Add(new Region(start, bytes));
        return true;
    }
}
