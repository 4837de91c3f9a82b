namespace Reservoir.Volume;

/// <summary>Whether some blocks are a record that belongs where they lie.</summary>
public enum RecordCheck : byte
{
    /// <summary>They are.</summary>
    Valid,

    /// <summary>No record begins here.</summary>
    NoRecord,

    /// <summary>A record of another version of the format.</summary>
    UnknownVersion,

    /// <summary>It claims more data than fit.</summary>
    ImpossibleLength,

    /// <summary>Torn or damaged.</summary>
    WrongChecksum,

    /// <summary>Left over from a volume that was here before.</summary>
    OtherVolume,

    /// <summary>Its number, or that of its predecessor, does not belong here.</summary>
    OtherSequence,
}
