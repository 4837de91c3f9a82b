using Cosmos.Core;

namespace Reservoir.Drivers.Ata;

/// <summary>The windows through which the driver reaches one channel's registers.</summary>
/// <remarks>
/// <see cref="AtaController.FindDrives"/> opens them on the machine's own ports. A caller that wants the channel to misbehave passes it a
/// function that gets these windows and returns others around them; the driver then uses those and no others. The product passes none.
/// </remarks>
public sealed class AtaWindows
{
    /// <summary>Brings the windows of a channel together. Boot context.</summary>
    /// <param name="command">The command block: eight ports.</param>
    /// <param name="control">Device control when written, alternate status when read: one port.</param>
    /// <param name="busMaster">The channel's half of the bus master, eight ports; null if there is none.</param>
    public AtaWindows(PortWindow command, PortWindow control, PortWindow? busMaster)
    {
        Command = command;
        Control = control;
        BusMaster = busMaster;
    }

    /// <summary>The command block (ATA/ATAPI-6, 7.2): offsets as in <c>AtaRegisters</c>.</summary>
    public PortWindow Command { get; }

    /// <summary>The control block's only port: device control when written, alternate status when read.</summary>
    public PortWindow Control { get; }

    /// <summary>The bus master (SFF-8038i, chapter 3): offsets as in <c>BusMasterRegisters</c>; null if there is none.</summary>
    public PortWindow? BusMaster { get; }
}
