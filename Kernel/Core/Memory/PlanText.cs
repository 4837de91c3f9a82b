using System;

namespace Reservoir.Memory;

/// <summary>Words for the plan's enumerations.</summary>
public static class PlanText
{
    /// <summary>A sentence for an error.</summary>
    /// <param name="error">The error.</param>
    public static ReadOnlySpan<byte> Of(PlanError error) => error switch
    {
        PlanError.None => "no error"u8,
        PlanError.NameMissing => "a line of the plan has no name"u8,
        PlanError.NameTaken => "two lines of the plan have the same name"u8,
        PlanError.NameTooLong => "a name of the plan is longer than 24 characters"u8,
        PlanError.NameNotTypable => "a name of the plan has other characters than small letters, digits and hyphens"u8,
        PlanError.SizeZero => "a size is zero"u8,
        PlanError.SizeNegative => "a size is negative"u8,
        PlanError.SizeTooLarge => "a buffer is larger than 1 MiB, or a region than 1 GiB"u8,
        PlanError.CountZero => "a pool must have at least 1 buffer"u8,
        PlanError.CountNegative => "a pool has a negative number of buffers"u8,
        PlanError.CountTooLarge => "a pool has more than 16384 buffers"u8,
        PlanError.AlignmentTooSmall => "an alignment is less than 16"u8,
        PlanError.AlignmentTooLarge => "an alignment is more than 4096"u8,
        PlanError.AlignmentNotPowerOfTwo => "an alignment must be a power of two"u8,
        PlanError.DmaBitsOutOfRange => "a device must have from 24 to 64 address bits"u8,
        PlanError.UnknownPoolKind => "a pool is neither blocking nor non-blocking"u8,
        PlanError.ReserveOutOfRange => "a reserve is negative or as large as its pool"u8,
        PlanError.CapOutOfRange => "a cap is negative or larger than its pool"u8,
        PlanError.WatermarkOutOfRange => "a high watermark is negative or larger than its pool"u8,
        PlanError.WatermarksOutOfOrder => "a low watermark is negative or not below the high one"u8,
        PlanError.ProductTooLarge => "the buffers of a pool need more than 1 GiB together"u8,
        PlanError.TooManyPools => "there are more than 32 pools"u8,
        PlanError.TooManyLines => "there are more than 96 lines"u8,
        PlanError.Shortfall => "the machine has not enough memory"u8,
        PlanError.NotMapped => "the page tables are full"u8,
        PlanError.AlreadyAdmitted => "a plan was admitted already"u8,
        PlanError.NotAdmitted => "no plan was admitted yet"u8,
        PlanError.Sealed => "the plan is sealed"u8,
        PlanError.NoSuchLine => "no line of the plan has this name"u8,
        PlanError.WrongKind => "the line of the plan is for something else"u8,
        PlanError.WrongPoolKind => "the line's pool is of the other kind"u8,
        _ => "the pool was created already"u8,
    };

    /// <summary>A word for what a line is for.</summary>
    /// <param name="line">The line.</param>
    public static ReadOnlySpan<byte> KindOf(in PlanLine line) => line.Kind switch
    {
        ReservationKind.Placed => "placed"u8,
        ReservationKind.Pool => Of(line.PoolKind),
        ReservationKind.Stack => "stack"u8,
        ReservationKind.Scratch => "scratch"u8,
        _ => "device"u8,
    };

    /// <summary>A word for a kind of pool.</summary>
    /// <param name="kind">The kind.</param>
    public static ReadOnlySpan<byte> Of(PoolKind kind) => kind == PoolKind.Blocking ? "blocking"u8 : "non-blocking"u8;
}
