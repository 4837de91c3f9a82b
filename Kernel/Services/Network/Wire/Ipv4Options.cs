using System;

namespace Reservoir.Network.Wire;

/// <summary>
/// The options of an IPv4 header (RFC 791 section 3.1, "Options"). None is acted upon; all are walked over, so that a malformed list is
/// noticed and a source route refused. Any context; at most forty steps.
/// </summary>
public static class Ipv4Options
{
    private const byte EndOfList = 0;
    private const byte NoOperation = 1;
    private const byte LooseSourceRoute = 131;
    private const byte StrictSourceRoute = 137;
    private const int ShortestWithLength = 2;

    /// <summary>Checks a list of options.</summary>
    /// <param name="options">The bytes between the fixed header and the payload.</param>
    /// <returns><see cref="DropReason.None"/>, <see cref="DropReason.Ipv4Options"/> or <see cref="DropReason.Ipv4SourceRoute"/>.</returns>
    public static DropReason Check(ReadOnlySpan<byte> options)
    {
        while (!options.IsEmpty && options[0] != EndOfList)
        {
            if (options[0] == NoOperation)
            {
                options = options.Slice(1);
                continue;
            }

            if (options.Length < ShortestWithLength || options[1] < ShortestWithLength || options[1] > options.Length)
            {
                return DropReason.Ipv4Options;
            }

            if (options[0] is LooseSourceRoute or StrictSourceRoute)
            {
                return DropReason.Ipv4SourceRoute;
            }

            options = options.Slice(options[1]);
        }

        return DropReason.None;
    }
}
