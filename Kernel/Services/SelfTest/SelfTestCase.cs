using Reservoir.Threads;

namespace Reservoir.SelfTest;

/// <summary>Checks one promise. Thread context; allocates nothing.</summary>
/// <param name="context">The right to wait.</param>
/// <param name="fixture">What the tests may use.</param>
/// <returns>Null if the promise was kept; otherwise what was seen instead.</returns>
internal delegate string? SelfTestCheck(ThreadContext context, SelfTestFixture fixture);

/// <summary>A promise and its check. The name is the promise, as a sentence.</summary>
internal readonly struct SelfTestCase
{
    public SelfTestCase(string name, SelfTestCheck check)
    {
        Name = name;
        Check = check;
    }

    public string Name { get; }

    public SelfTestCheck Check { get; }
}
