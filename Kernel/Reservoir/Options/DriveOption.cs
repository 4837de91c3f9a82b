using System;
using System.Text;
using Cosmos.Common;

namespace Reservoir.Options;

/// <summary>An option that takes the name of a drive, <c>ata0</c> for instance. Whether there is such a drive is seen later.</summary>
public sealed class DriveOption : KernelOption
{
    private const int LongestName = 16;

    private string _name = "";

    /// <summary>Describes an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="help">What it is for, in one line.</param>
    public DriveOption(string name, string help)
        : base(name, "DRIVE", help)
    {
    }

    /// <summary>Whether a drive was named.</summary>
    public bool IsGiven => _name.Length != 0;

    /// <summary>The drive's name; empty if none was named.</summary>
    public string Drive => _name;

    /// <inheritdoc/>
    public override string Default => "none";

    /// <inheritdoc/>
    public override bool TryParse(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Length > LongestName || value.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7E) >= 0)
        {
            return false;
        }

        _name = Encoding.ASCII.GetString(value);
        return true;
    }
}
