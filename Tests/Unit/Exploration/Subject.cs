using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>What is explored: something of which there are a few, that threads rent, wait for and return.</summary>
internal abstract class Subject
{
    /// <summary>What a thread that waits for it is said to wait for.</summary>
    public const string Name = "subject";

    /// <summary>How many there are.</summary>
    public const int Count = 2;

    public abstract int Free { get; }

    public abstract int InUse { get; }

    public virtual int Quarantined => 0;

    /// <summary>Whether a return with a worthless handle is noticed, and what a dead thread held comes back.</summary>
    public virtual bool ChecksHandles => true;

    /// <summary>Rents, waiting so many nanoseconds at most.</summary>
    public abstract Rental Rent(ThreadContext context, ulong timeoutNanoseconds);

    /// <summary>Rents without waiting.</summary>
    public abstract Rental TryRent();

    public abstract ReturnError Return(BufferHandle buffer);

    public abstract bool IsRented(BufferHandle buffer);

    /// <summary>Writes over a buffer's end.</summary>
    public virtual void Damage(BufferHandle buffer)
    {
    }

    /// <summary>Looks through the books.</summary>
    /// <returns>What is wrong with them; null if nothing is.</returns>
    public virtual string? Audit() => null;
}
