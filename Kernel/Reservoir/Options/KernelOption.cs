using System;

namespace Reservoir.Options;

/// <summary>One option of the kernel's command line: its name, the values it takes, and what it is for. Made and read at boot.</summary>
public abstract class KernelOption
{
    /// <summary>Describes an option.</summary>
    /// <param name="name">Its name, in ASCII, as it stands before the equals sign.</param>
    /// <param name="values">The values it takes, as a person reads them.</param>
    /// <param name="help">What it is for, in one line.</param>
    protected KernelOption(string name, string values, string help)
    {
        Name = name;
        Values = values;
        Help = help;
    }

    /// <summary>Its name, as it stands before the equals sign.</summary>
    public string Name { get; }

    /// <summary>The values it takes, as a person reads them.</summary>
    public string Values { get; }

    /// <summary>What it is for, in one line.</summary>
    public string Help { get; }

    /// <summary>What holds where the option is not given, or has a value that it does not take.</summary>
    public abstract string Default { get; }

    /// <summary>Takes a value. Boot context.</summary>
    /// <param name="value">What stands behind the equals sign; empty if there is none.</param>
    /// <returns>False if the option does not take it: what held before still holds.</returns>
    public abstract bool TryParse(ReadOnlySpan<byte> value);
}
