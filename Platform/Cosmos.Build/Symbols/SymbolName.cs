using System;

namespace Cosmos.Build.Symbols;

/// <summary>Turns ILC's mangled names into names that a C# programmer recognises.</summary>
internal static class SymbolName
{
    private static readonly string[] s_assemblies =
    [
        "S_P_CoreLib_", "Cosmos_Common_", "Cosmos_Core_", "Cosmos_HAL2_", "Cosmos_System2_", "Reservoir_Core_", "Reservoir_Network_",
        "Reservoir_Volume_", "Reservoir_Recorder_", "Reservoir_Console_", "Reservoir_Shell_", "Reservoir_SelfTest_",
            "Reservoir_Benchmarks_", "Reservoir_Drivers_Nic_", "Reservoir_Drivers_Disk_", "Reservoir_Reservoir_",
    ];

    /// <summary>
    /// Drops the assembly's prefix and turns the type and method separators into dots. What it doesn't recognise stays as it is.
    /// </summary>
    /// <param name="mangled">A symbol of the image.</param>
    public static string Readable(string mangled)
    {
        string name = mangled;
        if (name.StartsWith("_ZTV", StringComparison.Ordinal))
        {
            name = name[4..].TrimStart("0123456789".ToCharArray());
        }

        foreach (string assembly in s_assemblies)
        {
            if (name.StartsWith(assembly, StringComparison.Ordinal))
            {
                int method = name.IndexOf("__", assembly.Length, StringComparison.Ordinal);
                string type = method < 0 ? name[assembly.Length..] : name[assembly.Length..method];
                return type.Replace('_', '.') + (method < 0 ? "" : "." + name[(method + 2)..]);
            }
        }

        return name;
    }
}
