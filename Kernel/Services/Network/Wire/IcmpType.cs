namespace Reservoir.Network.Wire;

/// <summary>The types of ICMP messages that matter here (RFC 792).</summary>
public enum IcmpType : byte
{
    /// <summary>The answer to an echo request.</summary>
    EchoReply = 0,

    /// <summary>A datagram could not be delivered.</summary>
    DestinationUnreachable = 3,

    /// <summary>Asks to send less; obsolete (RFC 6633).</summary>
    SourceQuench = 4,

    /// <summary>There is a better router.</summary>
    Redirect = 5,

    /// <summary>Asks for its data back.</summary>
    EchoRequest = 8,

    /// <summary>A datagram was too long on its way, or its fragments too long apart.</summary>
    TimeExceeded = 11,

    /// <summary>A header that could not be understood.</summary>
    ParameterProblem = 12,
}
