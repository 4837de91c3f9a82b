using System;
using System.Collections.Generic;
using System.CommandLine;
using Cosmos.Build.Host;

namespace Cosmos.Build.Commands;

/// <summary><c>tools</c>: the build asks whether it can make an ISO here.</summary>
internal static class ToolsVerb
{
    public static Command Create()
    {
        var verb = new Command("tools", "Says which host tools are missing to build the ISO.");
        verb.SetAction(_ =>
        {
            IReadOnlyList<HostTool> missing = HostTools.FindMissing(HostTools.ForBuilding, Environment.GetEnvironmentVariable("PATH"));
            if (missing.Count == 0)
            {
                return 0;
            }

            Console.Error.WriteLine(HostTools.Describe(missing));
            return 1;
        });
        return verb;
    }
}
