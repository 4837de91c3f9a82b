namespace Reservoir.Tests.Unit.Architecture;

/// <summary>One namespace uses another.</summary>
/// <param name="From">The namespace that uses.</param>
/// <param name="To">The namespace that is used.</param>
/// <param name="Where">The type in which it was first seen.</param>
internal sealed record NamespaceUse(string From, string To, string Where);
