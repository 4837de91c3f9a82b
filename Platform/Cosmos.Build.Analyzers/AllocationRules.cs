using Microsoft.CodeAnalysis;

namespace Cosmos.Build.Analyzers;

/// <summary>What code that is marked allocation-free must not do. In each message, {0} is the marked member and {1} what it does.</summary>
internal static class AllocationRules
{
    private const string Category = "Allocation";

    public static readonly DiagnosticDescriptor Object = new(
        "RSV1001",
        "Allocation-free code makes an object",
        "'{0}' is allocation-free, but makes an object of '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Array = new(
        "RSV1002",
        "Allocation-free code makes an array or another collection",
        "'{0}' is allocation-free, but makes a collection '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Boxing = new(
        "RSV1003",
        "Allocation-free code boxes a value",
        "'{0}' is allocation-free, but boxes '{1}' as '{2}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Delegate = new(
        "RSV1004",
        "Allocation-free code makes a delegate",
        "'{0}' is allocation-free, but makes a delegate '{1}'{2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor String = new(
        "RSV1005",
        "Allocation-free code makes a string",
        "'{0}' is allocation-free, but makes a string by {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor StateMachine = new(
        "RSV1006",
        "Allocation-free code is an iterator or async",
        "'{0}' is allocation-free, but {1}, whose state is an object",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor Throw = new(
        "RSV1007",
        "Allocation-free code throws",
        "'{0}' is allocation-free, but throws '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnmarkedCall = new(
        "RSV1008",
        "Allocation-free code calls code that isn't marked so",
        "'{0}' is allocation-free, but calls '{1}', which isn't marked so",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownCall = new(
        "RSV1009",
        "Allocation-free code calls code of another assembly that isn't known to be so",
        "'{0}' is allocation-free, but calls '{1}' of {2}, which isn't known to be so",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnmarkedTarget = new(
        "RSV1010",
        "Method becomes an allocation-free delegate without being marked so",
        "'{0}' becomes an allocation-free '{1}', but isn't marked so",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true);
}
