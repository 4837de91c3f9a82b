using System;

namespace Cosmos.Common;

/// <summary>
/// A promise that this code makes no managed object: what interrupt handlers and packets may reach.
/// </summary>
/// <remarks>
/// <para>The build holds the code to it (<c>Cosmos.Build.Analyzers</c>): nothing in a marked member may allocate, and it may call only what
/// is marked too, or is known of the class library. So the promise reaches as far as the calls do.</para>
/// <para>On a type or an assembly it holds for all members but the constructors of classes, which run where the object is made. On a
/// virtual or interface member it binds every override and implementation. On a delegate it binds every method that becomes such a
/// delegate.</para>
/// </remarks>
[AttributeUsage(
    AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Delegate
        | AttributeTargets.Constructor | AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Event,
    Inherited = false)]
public sealed class AllocationFreeAttribute : Attribute
{
}
