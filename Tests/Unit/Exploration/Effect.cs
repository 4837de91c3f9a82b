namespace Reservoir.Tests.Unit.Exploration;

/// <summary>What is being done: at the next moment of looking it has had its effect.</summary>
/// <param name="Ends">How it can end waits; null if it can't.</param>
/// <param name="Target">Whose wait; null for anybody's.</param>
/// <param name="IsRefusal">Whether it must change nothing at all.</param>
internal sealed record Effect(Outcome? Ends, Actor? Target = null, bool IsRefusal = false)
{
    /// <summary>How many buffers were free right after it; -1 until then.</summary>
    public int FreeAfter { get; set; } = -1;
}
