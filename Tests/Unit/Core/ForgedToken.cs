using System.Runtime.CompilerServices;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Core;

/// <summary>A right to wait that nobody gave: what the compiler does not let through, to see that the run-time check doesn't either.</summary>
internal static class ForgedToken
{
    public static ThreadContext Of(KernelThread thread) => Unsafe.As<KernelThread, ThreadContext>(ref thread);
}
