using System;
using System.Collections.Generic;
using System.IO;

namespace Reservoir.Tests.Mutation;

/// <summary>A project that faults are planted in.</summary>
/// <param name="Folder">Where its code is, from the root of the checkout.</param>
/// <param name="Assembly">The name of its assembly, without the ending.</param>
/// <param name="Output">The folder of the artifacts that its assembly is built into.</param>
/// <param name="Framework">What it is compiled for, if the project leaves a choice.</param>
/// <param name="Tests">The unit tests that must see its faults, as the test platform writes it; the quick ones first.</param>
internal sealed record Target(string Folder, string Assembly, string Output, string? Framework, params string[] Tests)
{
    /// <summary>All that there are.</summary>
    /// <remarks>
    /// The core without the tests of the explorer itself: its makeshift pool counts on where the kernel lifts its mask, and would fail over
    /// a fault without having seen what is wrong.
    /// </remarks>
    public static IReadOnlyList<Target> All { get; } =
    [
        new("Kernel/Core", "Reservoir.Core", "debug_net10.0", "net10.0", "FullyQualifiedName~Reservoir.Tests.Unit.Core.",
            "FullyQualifiedName~Reservoir.Tests.Unit.Exploration.&FullyQualifiedName!~Flaw"),
        new("Drivers/Ata", "Reservoir.Drivers.Ata", "debug", null, "FullyQualifiedName~Reservoir.Tests.Unit.Drivers."),
        new("Drivers/E1000", "Reservoir.Drivers.E1000", "debug", null, "FullyQualifiedName~Reservoir.Tests.Unit.Drivers."),
        new("Kernel/Services/Network", "Reservoir.Network", "debug", null, "FullyQualifiedName~Reservoir.Tests.Unit.Network."),
        new("Kernel/Services/Volume", "Reservoir.Volume", "debug", null, "FullyQualifiedName~Reservoir.Tests.Unit.Volume."),
        new("Kernel/Services/Recorder", "Reservoir.Recorder", "debug", null, "FullyQualifiedName~Reservoir.Tests.Unit.Volume."),
    ];

    /// <summary>The one that a file belongs to.</summary>
    /// <param name="file">The file, from the root of the checkout.</param>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static Target Of(string file)
    {
        foreach (Target target in All)
        {
            if (file.StartsWith(target.Folder + "/", StringComparison.Ordinal))
            {
                return target;
            }
        }

        throw new InvalidDataException($"{file} is in no project that faults are planted in");
    }
}
