namespace Cosmos.Build.Proof;

/// <summary>What is proved, by the names of symbols. A name that the image does not have is an error: a rule never goes idle
/// unseen.</summary>
internal sealed class ProofRules
{
    /// <summary>The rules of Reservoir's kernel.</summary>
    public static ProofRules Kernel { get; } = new()
    {
        Roots =
        [
            "InterruptStubs",                   // Platform/Cosmos.Core/Boot/Interrupts.asm: all 256 vectors
            "InterruptEntered",
            "TimerEntered",
            "ExceptionThrown",                  // where every throw ends
            "Reservoir_Network_Reservoir_Network_NetworkStack__Process",
        ],
        BodyType = "Reservoir_Core_Reservoir_Threads_ThreadBody",
        BodySlot = 0x30,
        ExcludedBodies =
        [
            "Reservoir_Reservoir_Wiring_ShellThread",              // has a scratch arena
            "Reservoir_Shell_Reservoir_Shell_Shell",            // runs on that thread
            "Reservoir_SelfTest_Reservoir_SelfTest_Victim",     // allocates to be refused
            "Reservoir_Demo_Reservoir_Demo_ScratchHand",        // so does this one
        ],
        ForbiddenPrefixes = ["RhpNew", "RhNew", "RhAllocate", "HeapNew"],
        Ends = ["RhpThrowEx", "RhpRethrow", "RuntimeUnsupported", "Cosmos_Core_Cosmos_Core_Fault__Raise",
            "Cosmos_Core_Cosmos_Core_Fault__Stop"],
    };

    /// <summary>Functions from which nothing may be allocated.</summary>
    public required string[] Roots { get; init; }

    /// <summary>The type whose method in <see cref="BodySlot"/> is a root in every derived type; empty for none.</summary>
    public string BodyType { get; init; } = "";

    /// <summary>Where that method stands in the type's table, in bytes.</summary>
    public ulong BodySlot { get; init; }

    /// <summary>Derived types that may allocate.</summary>
    public string[] ExcludedBodies { get; init; } = [];

    /// <summary>How the names of the allocation helpers begin.</summary>
    public required string[] ForbiddenPrefixes { get; init; }

    /// <summary>Functions that never come back.</summary>
    public required string[] Ends { get; init; }
}
