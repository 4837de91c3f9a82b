namespace Reservoir.Tests.Unit.Core;

/// <summary>The ways in which a wait can end without what was waited for.</summary>
public enum EndOfWait
{
    Timeout,
    Cancel,
    CancelFromInterrupt,
    Death,
    DeathFromInterrupt,
}
