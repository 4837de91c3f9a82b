using System;
using Reservoir.Devices;
using Reservoir.Network;
using Reservoir.Network.Wire;
using Reservoir.Pools;

namespace Reservoir.Tests.Unit.Network;

/// <summary>Gives a stack frames that lie in no pool's buffer, so that no service can keep one.</summary>
internal static class StackExtensions
{
    public static DropReason Process(this NetworkStack stack, ReadOnlySpan<byte> frame, ReceiveChecks checks = ReceiveChecks.None)
    {
        BufferHandle none = default;
        return stack.Process(frame, checks, ref none);
    }
}
