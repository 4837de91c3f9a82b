using System;
using System.CommandLine;
using Cosmos.Build.Host;

namespace Reservoir.Tests.Support.Verbs;

/// <summary><c>iso</c>: builds the bootable image.</summary>
internal static class IsoVerb
{
    public static Command Create()
    {
        var verb = new Command("iso", "Builds artifacts/reservoir.iso and the images on it, artifacts/*.elf.");
        verb.SetAction(_ =>
        {
            if (!HostTools.Ensure(HostTools.ForBuilding) || !SolutionBuild.Build(Repository.IsoProject))
            {
                return 1;
            }

            Console.Error.WriteLine(Repository.Iso);
            return 0;
        });
        return verb;
    }
}
