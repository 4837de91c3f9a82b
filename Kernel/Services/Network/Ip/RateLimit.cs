using System;

namespace Reservoir.Network.Ip;

/// <summary>Lets something happen so often and no more: a bucket of tokens that fills up at a steady rate (RFC 1812 section 4.3.2.8). Not
/// synchronised; constant time.</summary>
public sealed class RateLimit
{
    private readonly ulong _interval;
    private readonly ulong _burst;

    /// <summary>The bucket, measured in the time it took to fill.</summary>
    private ulong _credit;
    private ulong _filled;

    /// <summary>Makes a full bucket. Boot context.</summary>
    /// <param name="intervalNanoseconds">The time in which one token is added.</param>
    /// <param name="burst">How many there can be.</param>
    public RateLimit(ulong intervalNanoseconds, int burst)
    {
        _interval = intervalNanoseconds;
        _burst = intervalNanoseconds * (ulong)burst;
        _credit = _burst;
    }

    /// <summary>Takes a token.</summary>
    /// <param name="now">The time in nanoseconds since boot.</param>
    /// <returns>False if there is none.</returns>
    public bool TryTake(ulong now)
    {
        _credit = Math.Min(_burst, _credit + Math.Min(_burst, now - _filled));
        _filled = now;
        if (_credit < _interval)
        {
            return false;
        }

        _credit -= _interval;
        return true;
    }
}
