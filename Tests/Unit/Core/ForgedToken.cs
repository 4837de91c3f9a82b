using System.Reflection;
using System.Runtime.CompilerServices;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Core;

/// <summary>A right to wait that nobody gave: what the compiler does not let through, to see that the run-time check doesn't
/// either.</summary>
internal static unsafe class ForgedToken
{
    private static readonly PropertyInfo s_block =
        typeof(KernelThread).GetProperty("Block", BindingFlags.Instance | BindingFlags.NonPublic)!;

    public static ThreadContext Of(KernelThread thread)
    {
        var block = (nint)Pointer.Unbox(s_block.GetValue(thread)!);
        return Unsafe.As<nint, ThreadContext>(ref block);
    }
}
