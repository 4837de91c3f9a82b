namespace Reservoir.Memory;

/// <summary>What happens when a pool is empty.</summary>
public enum PoolKind : byte
{
    /// <summary>The request is refused at once. For interrupt handlers.</summary>
    NonBlocking,

    /// <summary>The calling thread may wait for a buffer.</summary>
    Blocking,
}
