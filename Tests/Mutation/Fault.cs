namespace Reservoir.Tests.Mutation;

/// <summary>A mistake that somebody could have made in a file.</summary>
/// <param name="File">The file, from the root of the checkout.</param>
/// <param name="Original">What stands there, exactly once.</param>
/// <param name="Replacement">What the mistake makes of it.</param>
/// <param name="Effect">What doesn't work any more, in a sentence.</param>
internal sealed record Fault(string File, string Original, string Replacement, string Effect);
