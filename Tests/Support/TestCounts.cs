namespace Reservoir.Tests.Support;

/// <summary>How many tests passed and failed.</summary>
/// <param name="Passed">Passed.</param>
/// <param name="Failed">Failed.</param>
internal readonly record struct TestCounts(int Passed, int Failed)
{
    /// <summary>Both together.</summary>
    public static TestCounts operator +(TestCounts left, TestCounts right) => new(left.Passed + right.Passed, left.Failed + right.Failed);

    /// <inheritdoc/>
    public override string ToString() => $"{Passed} passed, {Failed} failed";
}
