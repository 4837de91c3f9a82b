namespace Reservoir.Network.Ip;

/// <summary>What the ARP cache knows of a neighbour, the more trustworthy the higher.</summary>
public enum ArpState : byte
{
    /// <summary>Nothing: the place is free.</summary>
    Free,

    /// <summary>This host asks for its address.</summary>
    Expected,

    /// <summary>It has asked for this host's address.</summary>
    Heard,

    /// <summary>It has answered this host.</summary>
    Asked,
}
