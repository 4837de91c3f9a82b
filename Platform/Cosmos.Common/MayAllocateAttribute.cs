using System;

namespace Cosmos.Common;

/// <summary>
/// Takes one member out of the <see cref="AllocationFreeAttribute"/> of its type or assembly: what only the boot, or a thread with a
/// scratch arena, calls. Code that is allocation-free can't call it.
/// </summary>
[AttributeUsage(
    AttributeTargets.Delegate | AttributeTargets.Constructor | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Event,
    Inherited = false)]
public sealed class MayAllocateAttribute : Attribute
{
    /// <summary>Marks a member.</summary>
    /// <param name="reason">Who calls it, so that it is no harm.</param>
    public MayAllocateAttribute(string reason)
    {
        Reason = reason;
    }

    /// <summary>Who calls it, so that it is no harm.</summary>
    public string Reason { get; }
}
