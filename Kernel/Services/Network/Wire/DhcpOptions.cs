using System;
using System.Buffers.Binary;

namespace Reservoir.Network.Wire;

/// <summary>The options of a server's message, as far as they matter here (RFC 2132).</summary>
/// <remarks>
/// Every option is walked over. One that ends behind its field, has an impossible length, comes a second time or claims to go on where it
/// can't makes the message worthless: no honest server sends such a thing, and readers that make something of it disagree about what. An
/// option that isn't known is stepped over. Any context; at most as many steps as there are bytes.
/// </remarks>
internal ref struct DhcpOptions
{
    private const byte OverloadFile = 1;
    private const byte OverloadName = 2;
    private const byte OverloadBoth = 3;
    private ulong _seen;

    /// <summary>What the message wants.</summary>
    public DhcpMessageType MessageType { get; private set; }

    /// <summary>The server that sends it; zero if it doesn't say.</summary>
    public Ipv4Address Server { get; private set; }

    /// <summary>The subnet mask; zero if it doesn't say.</summary>
    public Ipv4Address SubnetMask { get; private set; }

    /// <summary>The first router; zero if it doesn't say.</summary>
    public Ipv4Address Router { get; private set; }

    /// <summary>The first name server; zero if it doesn't say.</summary>
    public Ipv4Address FirstNameServer { get; private set; }

    /// <summary>The second name server; zero if it doesn't say.</summary>
    public Ipv4Address SecondNameServer { get; private set; }

    /// <summary>How long the address may be used, in seconds; zero if it doesn't say.</summary>
    public uint LeaseSeconds { get; private set; }

    /// <summary>When to ask the server for more, in seconds; zero if it doesn't say.</summary>
    public uint RenewalSeconds { get; private set; }

    /// <summary>When to ask any server for more, in seconds; zero if it doesn't say.</summary>
    public uint RebindingSeconds { get; private set; }

    /// <summary>Reads all options of a message.</summary>
    /// <param name="options">The field of options, behind the cookie.</param>
    /// <param name="file">The field "file", which may hold more of them.</param>
    /// <param name="name">The field "sname", which may hold more of them.</param>
    /// <returns>False if something is wrong with them.</returns>
    public bool TryRead(ReadOnlySpan<byte> options, ReadOnlySpan<byte> file, ReadOnlySpan<byte> name)
    {
        byte overload = 0;
        byte none = OverloadBoth;
        return TryReadField(options, ref overload)
            && ((overload & OverloadFile) == 0 || TryReadField(file, ref none))
            && ((overload & OverloadName) == 0 || TryReadField(name, ref none));
    }

    /// <summary>Reads one field up to the option that ends it.</summary>
    /// <param name="field">The field.</param>
    /// <param name="overload">Zero where the option Overload may stand, which sets it.</param>
    private bool TryReadField(ReadOnlySpan<byte> field, ref byte overload)
    {
        while (!field.IsEmpty)
        {
            var option = (DhcpOption)field[0];
            if (option == DhcpOption.End)
            {
                return true;
            }

            if (option == DhcpOption.Pad)
            {
                field = field.Slice(1);
                continue;
            }

            if (field.Length < 2 || field[1] > field.Length - 2)
            {
                return false;
            }

            ReadOnlySpan<byte> value = field.Slice(2, field[1]);
            bool isRead = option == DhcpOption.Overload ? TryReadOverload(value, ref overload) : TryReadOption(option, value);
            if (!isRead)
            {
                return false;
            }

            field = field.Slice(2 + value.Length);
        }

        return false;
    }

    private static bool TryReadOverload(ReadOnlySpan<byte> value, ref byte overload)
    {
        if (overload != 0 || value.Length != 1 || value[0] is < OverloadFile or > OverloadBoth)
        {
            return false;
        }

        overload = value[0];
        return true;
    }

    private bool TryReadOption(DhcpOption option, ReadOnlySpan<byte> value)
    {
        switch (option)
        {
            case DhcpOption.MessageType:
                MessageType = value.Length == 1 ? (DhcpMessageType)value[0] : DhcpMessageType.None;
                return IsFirst(option) && value.Length == 1;

            case DhcpOption.ServerIdentifier:
                Server = ReadAddress(value, 0);
                return IsFirst(option) && value.Length == Ipv4Address.Length;

            case DhcpOption.SubnetMask:
                SubnetMask = ReadAddress(value, 0);
                return IsFirst(option) && value.Length == Ipv4Address.Length;

            case DhcpOption.Router:
                Router = ReadAddress(value, 0);
                return IsFirst(option) && IsList(value);

            case DhcpOption.NameServer:
                FirstNameServer = ReadAddress(value, 0);
                SecondNameServer = ReadAddress(value, Ipv4Address.Length);
                return IsFirst(option) && IsList(value);

            case DhcpOption.LeaseTime:
                LeaseSeconds = ReadSeconds(value);
                return IsFirst(option) && value.Length == sizeof(uint);

            case DhcpOption.RenewalTime:
                RenewalSeconds = ReadSeconds(value);
                return IsFirst(option) && value.Length == sizeof(uint);

            case DhcpOption.RebindingTime:
                RebindingSeconds = ReadSeconds(value);
                return IsFirst(option) && value.Length == sizeof(uint);

            default:
                return true;
        }
    }

    // The known options have numbers below 64.
    private bool IsFirst(DhcpOption option)
    {
        ulong bit = 1UL << (int)option;
        bool isFirst = (_seen & bit) == 0;
        _seen |= bit;
        return isFirst;
    }

    private static bool IsList(ReadOnlySpan<byte> value) => !value.IsEmpty && value.Length % Ipv4Address.Length == 0;

    private static Ipv4Address ReadAddress(ReadOnlySpan<byte> value, int offset) =>
        value.Length >= offset + Ipv4Address.Length ? Ipv4Address.Read(value.Slice(offset)) : default;

    private static uint ReadSeconds(ReadOnlySpan<byte> value) =>
        value.Length == sizeof(uint) ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;
}
