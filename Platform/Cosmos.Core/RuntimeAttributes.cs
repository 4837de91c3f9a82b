// The compiler recognises these two attributes by name in any assembly that declares them. Each
// assembly needs its own pair because the class library's are internal.
namespace System.Runtime
{
    /// <summary>The method is emitted under this symbol, without a transition.</summary>
    [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
    internal sealed class RuntimeExportAttribute(string entry) : global::System.Attribute
    {
        public string EntryPoint { get; } = entry;
    }

    /// <summary>Calls of the method go straight to this symbol, without a transition or a poll.</summary>
    [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
    internal sealed class RuntimeImportAttribute(string library, string entry) : global::System.Attribute
    {
        public string Library { get; } = library;

        public string EntryPoint { get; } = entry;
    }
}
