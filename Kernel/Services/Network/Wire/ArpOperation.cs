namespace Reservoir.Network.Wire;

/// <summary>What an ARP packet wants (RFC 826, "Packet format", ar$op).</summary>
public enum ArpOperation : ushort
{
    /// <summary>Who has the target protocol address?</summary>
    Request = 1,

    /// <summary>The sender has.</summary>
    Reply = 2,
}
