using System;

namespace Reservoir.Tests.Bench;

/// <summary>A measurement could not be done; the message says why. Its figures are absent then.</summary>
internal sealed class BenchException(string message) : Exception(message);
