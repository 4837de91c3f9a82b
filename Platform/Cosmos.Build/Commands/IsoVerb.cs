using System;
using System.CommandLine;
using Cosmos.Build.Host;

namespace Cosmos.Build.Commands;

/// <summary><c>iso</c>: builds the bootable image.</summary>
internal static class IsoVerb
{
    public static Command Create()
    {
        var verb = new Command("iso", "Builds artifacts/reservoir.iso and artifacts/kernel.elf.");
        verb.SetAction(_ =>
        {
            if (!HostTools.Ensure(HostTools.ForBuilding) || !SolutionBuild.Build("Kernel/Reservoir/Reservoir.csproj"))
            {
                return 1;
            }

            Console.Error.WriteLine(Repository.Iso);
            return 0;
        });
        return verb;
    }
}
