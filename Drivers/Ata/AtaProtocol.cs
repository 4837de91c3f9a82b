namespace Reservoir.Drivers.Ata;

/// <summary>How a command's data moves (ATA/ATAPI-6, 9.5 to 9.7).</summary>
internal enum AtaProtocol : byte
{
    /// <summary>The processor moves it, with an interrupt for each block. The slowest, and the one that tells the failing block
    /// exactly.</summary>
    Single,

    /// <summary>The processor moves it, with an interrupt for each group of blocks.</summary>
    Multiple,

    /// <summary>The controller moves it, with one interrupt at the end.</summary>
    Dma,
}
