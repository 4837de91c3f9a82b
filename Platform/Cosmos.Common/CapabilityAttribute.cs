using System;

namespace Cosmos.Common;

/// <summary>
/// A value whose possession is a right, such as the right to wait. Only the assembly that declares it makes one.
/// </summary>
/// <remarks>
/// C# lets anybody write <c>default</c> or reinterpret memory. The build (<c>Cosmos.Build.Analyzers</c>) refuses both for a marked type
/// outside its assembly.
/// </remarks>
[AttributeUsage(AttributeTargets.Struct, Inherited = false)]
public sealed class CapabilityAttribute : Attribute
{
}
