using Reservoir.Threads;

namespace Reservoir.Network;

/// <summary>The thread that deals with frames while the <see cref="ProtocolThread"/> rests: in the time that no other thread
/// wants.</summary>
public sealed class ProtocolBackground : ThreadBody
{
    private readonly ProtocolThread _protocols;

    /// <summary>Makes the body. Boot context.</summary>
    /// <param name="protocols">The thread for which it works.</param>
    public ProtocolBackground(ProtocolThread protocols)
    {
        _protocols = protocols;
    }

    /// <inheritdoc/>
    public override void Run(ThreadContext context) => _protocols.RunInBackground(context);
}
