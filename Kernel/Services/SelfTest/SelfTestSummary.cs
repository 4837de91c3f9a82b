namespace Reservoir.SelfTest;

/// <summary>What a run of the self-tests found.</summary>
public readonly struct SelfTestSummary
{
    /// <summary>Counts.</summary>
    /// <param name="passed">Promises that were kept.</param>
    /// <param name="failed">Promises that were not.</param>
    public SelfTestSummary(int passed, int failed)
    {
        Passed = passed;
        Failed = failed;
    }

    /// <summary>Promises that were kept.</summary>
    public int Passed { get; }

    /// <summary>Promises that were not.</summary>
    public int Failed { get; }

    /// <summary>Whether there were tests and all passed.</summary>
    public bool AllPassed => Failed == 0 && Passed > 0;
}
