using System;
using System.CommandLine;
using System.IO;

namespace Reservoir.Tests.Support.Verbs;

/// <summary><c>clean</c>: removes everything that was built, the disk included, but for this program, which is running.</summary>
internal static class CleanVerb
{
    public static Command Create()
    {
        var verb = new Command("clean", "Removes what was built.");
        verb.SetAction(_ =>
        {
            Clean(Repository.Artifacts);
            return 0;
        });
        return verb;
    }

    /// <summary>Empties a folder of everything but <c>bin/Reservoir.Tests.Support</c>.</summary>
    /// <param name="artifacts">The folder.</param>
    internal static void Clean(string artifacts)
    {
        string binaries = Path.Combine(artifacts, "bin");
        DeleteAllBut(artifacts, binaries);
        DeleteAllBut(binaries, Path.Combine(binaries, "Reservoir.Tests.Support"));
    }

    private static void DeleteAllBut(string folder, string kept)
    {
        foreach (string file in Directory.GetFiles(folder))
        {
            File.Delete(file);
        }

        foreach (string inner in Directory.GetDirectories(folder))
        {
            if (!string.Equals(inner, kept, StringComparison.Ordinal))
            {
                Directory.Delete(inner, recursive: true);
            }
        }
    }
}
