using Cosmos.Core;

namespace Cosmos.System;

/// <summary>Switching the machine off and on. Any context; what has to be saved has to be saved before.</summary>
public static class Power
{
    /// <summary>Whether the firmware told how to switch off.</summary>
    public static bool CanShutDown => ACPI.CanShutDown;

    /// <summary>Switches the machine off. Returns only if the firmware has not told how.</summary>
    public static void Shutdown() => ACPI.Shutdown();

    /// <summary>Restarts the machine. Returns only if neither the chipset nor the keyboard controller does it.</summary>
    public static void Reboot() => ACPI.Reboot();
}
