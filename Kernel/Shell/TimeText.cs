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
}
