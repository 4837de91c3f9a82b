using System;

namespace Reservoir.Tests.Machine;

/// <summary>Bounds against hanging, not against slowness: the machine is emulated and its host shared.</summary>
internal static class Patience
{
    /// <summary>For one answer.</summary>
    public static TimeSpan Normal { get; } = TimeSpan.FromSeconds(60);

    /// <summary>For a boot, or a flood.</summary>
    public static TimeSpan Long { get; } = TimeSpan.FromSeconds(120);
}
