using System;
using System.Collections.Generic;

namespace Reservoir.Tests.Bench;

/// <summary>A kernel in the machine of <see cref="GuestHardware"/>, booted, with the address <see cref="FrameCable.GuestAddress"/>, taking
/// datagrams at the echo port.</summary>
internal interface IBenchGuest : IDisposable
{
    /// <summary>What the names of its figures begin with.</summary>
    string Prefix { get; }

    /// <summary>How long it took to boot.</summary>
    IReadOnlyList<Figure> BootFigures { get; }

    /// <summary>Reads from the disk in several ways.</summary>
    IReadOnlyList<Figure> MeasureDisk();

    /// <summary>How many frames have arrived at its protocols so far.</summary>
    long CountFrames();
}
