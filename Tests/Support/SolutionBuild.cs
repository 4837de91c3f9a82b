using System;
using Cosmos.Build.Host;

namespace Reservoir.Tests.Support;

/// <summary>Builds the solution, the ISO included, by calling the .NET SDK.</summary>
internal static class SolutionBuild
{
    /// <summary>Builds everything that has changed.</summary>
    /// <param name="target">What to build: the solution, or a project.</param>
    /// <returns>Whether it was built.</returns>
    public static bool Build(string target = "Kernel.sln")
    {
        Console.Error.WriteLine($"Building {target}");
        return HostProcess.RunQuietly(["dotnet", "build", target, "-v", "minimal", "-nologo"], Repository.Log("build.log")) == 0;
    }
}
