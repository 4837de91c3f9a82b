namespace Reservoir.Tests.Mutation;

/// <summary>What became of a fault.</summary>
internal enum FaultResult
{
    /// <summary>A test failed, the tests came to no end, or the process that runs them broke down.</summary>
    Caught,

    /// <summary>The run failed and no test is to blame: it shows nothing.</summary>
    Unclear,

    /// <summary>All tests passed: one is missing.</summary>
    Survived,

    /// <summary>The text that it changes is not there, or there more than once: the list is behind the code.</summary>
    Stale,

    /// <summary>The compiler refused it, so it shows nothing about the tests.</summary>
    NotCompiled,
}
