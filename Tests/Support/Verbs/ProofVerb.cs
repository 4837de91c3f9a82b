using System;
using System.CommandLine;
using System.IO;
using Cosmos.Build.Host;

namespace Reservoir.Tests.Support.Verbs;

/// <summary><c>proof</c>: repeats on the linked images what each build proves.</summary>
internal static class ProofVerb
{
    private static readonly string[] s_kernels = ["Reservoir", "Reservoir.Lab"];

    public static Command Create()
    {
        var verb = new Command("proof", "Proves that no interrupt, packet or kernel thread reaches an allocation.");
        verb.SetAction(_ => Run());
        return verb;
    }

    private static int Run()
    {
        int proved = 0;
        foreach (string kernel in s_kernels)
        {
            string arguments = Repository.ProofArguments(kernel);
            if (File.Exists(arguments))
            {
                int status = HostProcess.Run(["dotnet", Repository.BuildTool, "@" + arguments]);
                if (status != 0)
                {
                    return status;
                }

                proved++;
            }
        }

        if (proved == 0)
        {
            Console.Error.WriteLine("there is no image yet; build it with 'iso'");
        }

        return proved == 0 ? 1 : 0;
    }
}
