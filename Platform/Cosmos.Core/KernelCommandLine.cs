using System;

namespace Cosmos.Core;

/// <summary>
/// The options given to the kernel: the boot loader's menu entry first, then QEMU's firmware configuration (<c>-fw_cfg
/// name=opt/cosmos/cmdline,string=...</c>). Options are separated by spaces, each a word or <c>name=value</c>; of two with the same name
/// the later one counts. Any context after boot.
/// </summary>
public static class KernelCommandLine
{
    private const int Longest = 1024;
    private static byte[] s_text = null!;
    private static int s_length;

    /// <summary>The whole line, in UTF-8.</summary>
    public static ReadOnlySpan<byte> Text => s_text.AsSpan(0, s_length);

    /// <summary>Whether an option is given, with or without a value.</summary>
    /// <param name="name">Its name.</param>
    public static bool Has(ReadOnlySpan<byte> name) => TryGet(name, out _);

    /// <summary>Finds the value of an option.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">What stands behind the equals sign; empty if there is none.</param>
    /// <returns>False if the option isn't given.</returns>
    public static bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        bool found = false;
        ReadOnlySpan<byte> rest = Text;
        while (!rest.IsEmpty)
        {
            int space = rest.IndexOf((byte)' ');
            ReadOnlySpan<byte> word = space < 0 ? rest : rest.Slice(0, space);
            rest = space < 0 ? default : rest.Slice(space + 1);
            if (word.StartsWith(name) && (word.Length == name.Length || word[name.Length] == '='))
            {
                value = word.Length == name.Length ? default : word.Slice(name.Length + 1);
                found = true;
            }
        }

        return found;
    }

    /// <summary>Puts the options of both sources together. Boot context, once.</summary>
    /// <param name="loader">What the boot loader's menu entry says, at most 1024 bytes.</param>
    internal static void Init(ReadOnlySpan<byte> loader)
    {
        s_text = new byte[Longest * 2 + 1];
        loader.CopyTo(s_text);
        s_text[loader.Length] = (byte)' ';
        s_length = loader.Length + 1;
        s_length += FirmwareConfiguration.ReadFile("opt/cosmos/cmdline"u8, s_text.AsSpan(s_length, Longest));
        while (s_length > 0 && (s_text[s_length - 1] == ' ' || s_text[s_length - 1] == 0))
        {
            s_length--;
        }
    }
}
