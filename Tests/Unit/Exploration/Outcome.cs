namespace Reservoir.Tests.Unit.Exploration;

/// <summary>How a wait was seen to end.</summary>
internal enum Outcome
{
    HandedOver,
    TimedOut,
    Cancelled,
    NoneLeft,
    Died,
}
