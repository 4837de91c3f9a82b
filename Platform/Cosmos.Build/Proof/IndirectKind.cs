namespace Cosmos.Build.Proof;

/// <summary>How an indirect call finds its target.</summary>
internal enum IndirectKind
{
    /// <summary>A slot of the receiver's type.</summary>
    Virtual,

    /// <summary>The function pointer of a delegate.</summary>
    Delegate,

    /// <summary>A dispatch cell.</summary>
    Interface,

    /// <summary>A word behind an address that comes from elsewhere in the function: perhaps a slot, which only the list can tell.</summary>
    Table,

    /// <summary>Anything else.</summary>
    Pointer,
}
