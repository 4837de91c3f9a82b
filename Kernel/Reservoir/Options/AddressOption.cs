using System;
using Reservoir.Network.Ip;
using Reservoir.Network.Wire;

namespace Reservoir.Options;

/// <summary>The option <c>ip</c>: an IPv4 address with its network's prefix, or <c>dhcp</c>.</summary>
public sealed class AddressOption : KernelOption
{
    /// <summary>Describes the option.</summary>
    public AddressOption()
        : base("ip", "A.B.C.D/N|dhcp", "the static address, or ask a DHCP server")
    {
    }

    /// <summary>The address; none while a DHCP server is to be asked.</summary>
    public Ipv4Configuration Address { get; private set; } = Ipv4Configuration.Default;

    /// <summary>Whether a DHCP server is to be asked.</summary>
    public bool IsDhcp { get; private set; }

    /// <inheritdoc/>
    public override string Default => "10.0.2.15/24";

    /// <inheritdoc/>
    public override bool TryParse(ReadOnlySpan<byte> value)
    {
        bool isDhcp = value.SequenceEqual("dhcp"u8);
        if (!Ipv4Configuration.TryParse(value, out Ipv4Configuration address) && !isDhcp)
        {
            return false;
        }

        Address = isDhcp ? default : address;
        IsDhcp = isDhcp;
        return true;
    }
}
