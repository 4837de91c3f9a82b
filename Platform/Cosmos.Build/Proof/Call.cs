namespace Cosmos.Build.Proof;

/// <summary>One way out of a function: a call, a jump into another function, or running on into the next one.</summary>
/// <param name="Index">The instruction.</param>
/// <param name="Target">The function; null if the call is indirect.</param>
/// <param name="Kind">How an indirect call finds its target.</param>
/// <param name="Offset">Of a virtual call and a table's, where the slot is in the table, in bytes.</param>
/// <param name="Cell">Of an interface call, the dispatch cell.</param>
/// <param name="Leaves">Whether nothing comes back to this function: a jump.</param>
internal sealed record Call(int Index, CodeFunction? Target, IndirectKind Kind, ulong Offset, ulong Cell, bool Leaves)
{
    /// <summary>How the list of indirect calls names this form.</summary>
    public string Form => Kind switch
    {
        IndirectKind.Virtual => $"virtual+0x{Offset:x}",
        IndirectKind.Table => $"table+0x{Offset:x}",
        IndirectKind.Delegate => "delegate",
        IndirectKind.Interface => "interface",
        _ => "pointer",
    };
}
