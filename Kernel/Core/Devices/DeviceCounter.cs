using Cosmos.Common;

namespace Reservoir.Devices;

/// <summary>A register that counts, and what it has counted since boot.</summary>
[AllocationFree]
public readonly struct DeviceCounter
{
    /// <summary>Describes a counter.</summary>
    /// <param name="name">The register's name in the data sheet.</param>
    /// <param name="meaning">What it counts, in a few words.</param>
    /// <param name="value">How much.</param>
    public DeviceCounter(string name, string meaning, ulong value)
    {
        Name = name;
        Meaning = meaning;
        Value = value;
    }

    /// <summary>The register's name in the data sheet.</summary>
    public string Name { get; }

    /// <summary>What it counts, in a few words.</summary>
    public string Meaning { get; }

    /// <summary>How much.</summary>
    public ulong Value { get; }
}
