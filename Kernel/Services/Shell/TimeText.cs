using System;
using System.Buffers.Text;
using Reservoir.Time;

namespace Reservoir.Shell;

/// <summary>Durations for people. Any context.</summary>
public static class TimeText
{
    /// <summary>Bytes of the longest text.</summary>
    public const int MaximumLength = 18;

    private const int Decimals = 6;
    private const ulong NanosecondsPerMicrosecond = 1000;

    /// <summary>A duration in seconds with six decimals: <c>12.345678</c>.</summary>
    /// <param name="nanoseconds">The duration.</param>
    /// <param name="scratch">At least <see cref="MaximumLength"/> bytes.</param>
    /// <returns>The part of <paramref name="scratch"/> that holds the text.</returns>
    public static ReadOnlySpan<byte> Seconds(ulong nanoseconds, Span<byte> scratch)
    {
        Utf8Formatter.TryFormat(nanoseconds / Clock.NanosecondsPerSecond, scratch, out int length);
        scratch[length] = (byte)'.';
        ulong microseconds = nanoseconds % Clock.NanosecondsPerSecond / NanosecondsPerMicrosecond;
        for (int i = Decimals; i > 0; i--)
        {
            scratch[length + i] = (byte)('0' + microseconds % 10);
            microseconds /= 10;
        }

        return scratch.Slice(0, length + 1 + Decimals);
    }

    /// <summary>Reads a duration: a whole number and s, ms or us.</summary>
    /// <param name="text">The text.</param>
    /// <param name="nanoseconds">The duration; zero if the text is none.</param>
    /// <returns>False if it is no duration, or too long for 64 bits of nanoseconds.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong nanoseconds)
    {
        nanoseconds = 0;
        if (!Utf8Parser.TryParse(text, out ulong number, out int used))
        {
            return false;
        }

        ReadOnlySpan<byte> unit = text.Slice(used);
        ulong factor = unit.SequenceEqual("s"u8) ? Clock.NanosecondsPerSecond
            : unit.SequenceEqual("ms"u8) ? Clock.NanosecondsPerMillisecond
            : unit.SequenceEqual("us"u8) ? NanosecondsPerMicrosecond : 0;
        if (factor == 0 || number > ulong.MaxValue / factor)
        {
            return false;
        }

        nanoseconds = number * factor;
        return true;
    }
}
