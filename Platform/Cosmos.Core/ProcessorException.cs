using System;

namespace Cosmos.Core;

/// <summary>Names of the processor's exceptions (Intel SDM volume 3, table 6-1).</summary>
internal static class ProcessorException
{
    public static ReadOnlySpan<byte> Name(ulong vector) => vector switch
    {
        0 => "DivideError"u8,
        1 => "Debug"u8,
        2 => "NonMaskableInterrupt"u8,
        3 => "Breakpoint"u8,
        4 => "Overflow"u8,
        5 => "BoundRangeExceeded"u8,
        6 => "InvalidOpcode"u8,
        7 => "DeviceNotAvailable"u8,
        8 => "DoubleFault"u8,
        10 => "InvalidTaskState"u8,
        11 => "SegmentNotPresent"u8,
        12 => "StackSegmentFault"u8,
        13 => "GeneralProtection"u8,
        14 => "PageFault"u8,
        16 => "FloatingPointError"u8,
        17 => "AlignmentCheck"u8,
        18 => "MachineCheck"u8,
        19 => "SimdFloatingPointError"u8,
        _ => "ReservedException"u8,
    };
}
