namespace Cosmos.HAL;

/// <summary>What a network device is connected to.</summary>
public enum CardType
{
    /// <summary>A cable.</summary>
    Ethernet,

    /// <summary>The air.</summary>
    Wireless,
}
