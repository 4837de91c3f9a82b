using System;
using System.Collections.Generic;
using System.Threading;

namespace Reservoir.Tests.Bench;

/// <summary>How many of the frames that are sent at a pace arrive.</summary>
internal static class FrameRun
{
    private static readonly int[] s_paces = [60_000, 80_000];
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_settle = TimeSpan.FromMilliseconds(200);

    /// <summary>Sends at each pace, and counts.</summary>
    public static IEnumerable<Figure> Measure(IBenchGuest guest, FrameCable cable)
    {
        cable.Send(s_paces[0], s_warmUp);
        foreach (int pace in s_paces)
        {
            long before = CountSettled(guest);
            long sent = cable.Send(pace, s_time);
            long arrived = CountSettled(guest) - before;
            yield return new Figure($"{guest.Prefix}frames-{pace / 1000}k", "%", Math.Round(100.0 * arrived / sent, 2));
        }
    }

    /// <summary>The count once nothing comes any more: two equal counts in a row.</summary>
    private static long CountSettled(IBenchGuest guest)
    {
        long count = guest.CountFrames();
        for (long last = -1; last != count; count = guest.CountFrames())
        {
            last = count;
            Thread.Sleep(s_settle);
        }

        return count;
    }
}
