using System;
using System.CommandLine;
using System.IO;
using Cosmos.Build.Host;

namespace Cosmos.Build.Commands;

/// <summary><c>clean</c>: removes everything that was built, the disk included, but for this program, which is running.</summary>
internal static class CleanVerb
{
    public static Command Create()
    {
        var verb = new Command("clean", "Removes what was built.");
        verb.SetAction(_ =>
        {
            string self = Path.Combine(Repository.Artifacts, "bin", "Cosmos.Build");
            foreach (string file in Directory.GetFiles(Repository.Artifacts))
            {
                File.Delete(file);
            }

            foreach (string folder in Directory.GetDirectories(Repository.Artifacts))
            {
                foreach (string inner in Directory.GetDirectories(folder))
                {
                    if (!string.Equals(inner, self, StringComparison.Ordinal))
                    {
                        Directory.Delete(inner, recursive: true);
                    }
                }
            }

            return 0;
        });
        return verb;
    }
}
