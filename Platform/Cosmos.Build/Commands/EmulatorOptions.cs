using System.CommandLine;
using System.Globalization;
using Cosmos.Build.Host;

namespace Cosmos.Build.Commands;

/// <summary>The options of the verbs that boot.</summary>
internal sealed class EmulatorOptions
{
    private const int LeastMegabytes = 4;

    private readonly Option<int> _memory = new("--memory") { Description = "Megabytes of memory.", DefaultValueFactory = _ => 64 };
    private readonly Option<string> _commandLine =
        new("--cmdline") { Description = "Options for the kernel.", DefaultValueFactory = _ => "" };
    private readonly Option<bool> _uefi = new("--uefi") { Description = "Boot with UEFI firmware (package ovmf)." };
    private readonly Option<bool> _noDisk = new("--no-disk") { Description = "Boot without a disk." };
    private readonly Option<bool> _display = new("--display") { Description = "Show the screen in a window." };
    private readonly Option<string> _nic =
        new("--nic") { Description = "The network card: e1000 or e1000-82545em.", DefaultValueFactory = _ => "e1000" };

    /// <summary>Adds them to a verb.</summary>
    public EmulatorOptions(Command verb)
    {
        _memory.Validators.Add(result =>
        {
            // What is no number has its own error, and asking for it as a number here would throw.
            if (result.Tokens is [{ Value: string text }] && int.TryParse(text, CultureInfo.InvariantCulture, out int megabytes)
                && megabytes < LeastMegabytes)
            {
                result.AddError($"--memory: at least {LeastMegabytes} megabytes");
            }
        });
        _nic.AcceptOnlyFromAmong("e1000", "e1000-82545em");
        verb.Options.Add(_memory);
        verb.Options.Add(_commandLine);
        verb.Options.Add(_uefi);
        verb.Options.Add(_noDisk);
        verb.Options.Add(_display);
        verb.Options.Add(_nic);
    }

    /// <summary>What was asked for.</summary>
    /// <param name="result">What was written behind the verb.</param>
    /// <param name="iso">The ISO.</param>
    /// <param name="disk">The image of the disk, unless none is wanted.</param>
    /// <param name="bootKey">The key of the boot menu's entry; null to leave the choice to the menu.</param>
    public Emulator Read(ParseResult result, string iso, string disk, string? bootKey) => new()
    {
        Iso = iso,
        BootKey = bootKey,
        MemoryMegabytes = result.GetValue(_memory),
        CommandLine = result.GetValue(_commandLine)!,
        Uefi = result.GetValue(_uefi),
        Disk = result.GetValue(_noDisk) ? null : disk,
        HasDisplay = result.GetValue(_display),
        NetworkModel = result.GetValue(_nic)!,
    };
}
