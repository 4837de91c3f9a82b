namespace Reservoir.Lab.Demo;

/// <summary>What has memory of its own, in the order of the isolation matrix.</summary>
public enum Subsystem : byte
{
    /// <summary>Frames that arrive are answered.</summary>
    Receive,

    /// <summary>Frames are sent.</summary>
    Transmit,

    /// <summary>The disk is written and read.</summary>
    Disk,

    /// <summary>A command of the shell makes objects.</summary>
    Scratch,

    /// <summary>Datagrams are recorded and acknowledged.</summary>
    Recorder,
}
