namespace Cosmos.Build.Host;

/// <summary>Something the host has to have, and the Debian package that it comes in.</summary>
/// <param name="Name">A program to be found on the path, or a file with its whole path.</param>
/// <param name="Package">The package.</param>
internal sealed record HostTool(string Name, string Package);
