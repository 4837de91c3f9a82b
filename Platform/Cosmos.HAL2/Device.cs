namespace Cosmos.HAL;

/// <summary>A piece of hardware.</summary>
public abstract class Device
{
}
