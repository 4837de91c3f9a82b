using Reservoir.Threads;

namespace Reservoir.Network;

/// <summary>The thread that deals with frames while the <see cref="ProtocolThread"/> rests: with whatever time nobody else wants.</summary>
public sealed class ProtocolStandIn : ThreadBody
{
    private readonly ProtocolThread _protocols;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="protocols">Whom it stands in for.</param>
    public ProtocolStandIn(ProtocolThread protocols)
    {
        _protocols = protocols;
    }

    /// <inheritdoc/>
    public override void Run(ThreadContext context) => _protocols.StandIn(context);
}
