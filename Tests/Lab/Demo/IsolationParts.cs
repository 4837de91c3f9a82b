using Reservoir.Network;
using Reservoir.Recorder;
using Reservoir.Threads;
using Reservoir.Volume;

namespace Reservoir.Lab.Demo;

/// <summary>What the isolation matrix is made of.</summary>
public sealed class IsolationParts
{
    /// <summary>Whose threads.</summary>
    public required Scheduler Scheduler { get; init; }

    /// <summary>Whom frames are for, and who sends them.</summary>
    public required NetworkStack Stack { get; init; }

    /// <summary>Takes frames; its pool is the network's for receiving.</summary>
    public required ProtocolThread Protocols { get; init; }

    /// <summary>Brings frames.</summary>
    public required Flood Flood { get; init; }

    /// <summary>Answers them.</summary>
    public required AnswerService Answers { get; init; }

    /// <summary>Works with the disk.</summary>
    public required DiskLoad Disk { get; init; }

    /// <summary>Asks for an object in an arena that may be full.</summary>
    public required ScratchClaimant Scratch { get; init; }

    /// <summary>Its thread.</summary>
    public required KernelThread ScratchThread { get; init; }

    /// <summary>Where they write.</summary>
    public required DemoVolume Volume { get; init; }

    /// <summary>The recorder's end at the wire.</summary>
    public required RecorderService Service { get; init; }

    /// <summary>Its end at the disk.</summary>
    public required RecorderThread Recorder { get; init; }
}
