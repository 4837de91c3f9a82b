namespace Reservoir.Tests.Fuzzing;

/// <summary>Who talks to whom: the host under test and its peer.</summary>
internal sealed record FuzzParties
{
    public static byte[] Everybody { get; } = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

    public byte[] HostStation { get; init; } = [0x52, 0x54, 0x00, 0x12, 0x34, 0x56];

    public byte[] PeerStation { get; init; } = [0x02, 0x00, 0x00, 0x00, 0x00, 0x01];

    public uint HostAddress { get; init; } = 0x0A00020F;

    public uint PeerAddress { get; init; } = 0x0A000202;

    /// <summary>Whether every frame goes to the host or to everybody, and has a length a card lets in: so that each one that is sent must
    /// be counted.</summary>
    public bool AllReachTheHost { get; init; }
}
