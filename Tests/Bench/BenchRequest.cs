namespace Reservoir.Tests.Bench;

/// <summary>What <c>bench</c> is asked for.</summary>
/// <param name="Kernel">Whether to measure the kernel by instructions.</param>
/// <param name="Linux">Whether to measure by the clock, beside Linux.</param>
/// <param name="Host">Whether to measure the pool on the host.</param>
/// <param name="Samples">How many latencies to sample.</param>
/// <param name="Compared">A file of earlier figures to compare with; null for none.</param>
/// <param name="Given">A file whose figures are taken instead of measuring; null to measure.</param>
internal sealed record BenchRequest(bool Kernel, bool Linux, bool Host, int Samples, string? Compared, string? Given);
