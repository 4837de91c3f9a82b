using System;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;

namespace Reservoir.Options;

/// <summary>The option <c>router</c>: the host that knows the way to hosts elsewhere, with a static address.</summary>
public sealed class RouterOption : KernelOption
{
    /// <summary>Describes the option.</summary>
    public RouterOption()
        : base("router", "A.B.C.D", "with a static address: the router to hosts elsewhere")
    {
    }

    /// <summary>The router; zero for none.</summary>
    public Ipv4Address Address { get; private set; }

    /// <inheritdoc/>
    public override string Default => "none";

    /// <inheritdoc/>
    public override bool TryParse(ReadOnlySpan<byte> value)
    {
        bool isAddress = Ipv4Address.TryParse(value, out Ipv4Address router);
        Address = isAddress ? router : Address;
        return isAddress;
    }

    /// <summary>Forgets a router that this host cannot reach.</summary>
    /// <param name="own">This host's own address.</param>
    /// <returns>False if there was one and it was forgotten: it is no other host on this one's network.</returns>
    public bool KeepIfReachable(Ipv4Configuration own)
    {
        bool isReachable = Address.IsZero || (own.IsSet && own.IsOnLink(Address) && own.IsAnswerable(Address));
        Address = isReachable ? Address : default;
        return isReachable;
    }
}
