namespace Reservoir.Devices;

/// <summary>A drive that the kernel has found and does not use, such as a CD drive: for listings. Any context; never changes.</summary>
public sealed class UnusedDrive
{
    /// <summary>Describes a drive. Boot context.</summary>
    /// <param name="name">Its name: <c>ata1</c>.</param>
    /// <param name="model">Its model, as it identifies itself.</param>
    /// <param name="kind">What it is, for people.</param>
    public UnusedDrive(string name, string model, string kind)
    {
        Name = name;
        Model = model;
        Kind = kind;
    }

    /// <summary>Its name: <c>ata1</c>.</summary>
    public string Name { get; }

    /// <summary>Its model, as it identifies itself.</summary>
    public string Model { get; }

    /// <summary>What it is, for people: <c>CD drive</c>.</summary>
    public string Kind { get; }
}
