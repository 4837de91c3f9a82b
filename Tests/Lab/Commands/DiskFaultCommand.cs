using System;
using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Lab.Faults;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir.Lab.Commands;

/// <summary><c>disk-fail</c>: makes a disk's channel misbehave, to show how the driver gets over it.</summary>
public sealed class DiskFaultCommand : ShellCommand
{
    private readonly IBlockStorage[] _disks;
    private readonly DiskFaults _faults;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="disks">The disks; the first one is meant when none is named.</param>
    /// <param name="faults">Wraps their channels.</param>
    public DiskFaultCommand(IBlockStorage[] disks, DiskFaults faults)
        : base("disk-fail", "disk-fail [NAME] silent|short|gone N", "makes a disk misbehave")
    {
        _disks = disks;
        _faults = faults;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> kind = arguments.Next();
        IBlockStorage? disk = _disks.Length != 0 ? _disks[0] : null;
        foreach (IBlockStorage named in _disks)
        {
            if (AsciiName.Matches(named.Name, kind))
            {
                disk = named;
                kind = arguments.Next();
                break;
            }
        }

        DiskFault fault = Parse(kind);
        if (fault == DiskFault.None)
        {
            return Refuse(output, kind, "silent, short or gone");
        }

        ReadOnlySpan<byte> word = arguments.Next();
        if (!CommandArguments.TryParse(word, out ulong commands) || commands > int.MaxValue)
        {
            return Refuse(output, word, "for how many commands");
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        FaultyAtaChannel? channel = disk is null ? null : _faults.Find(disk.Name);
        if (channel is null)
        {
            output.WriteLine("disk-fail: there is no disk"u8);
            return CommandResult.Done;
        }

        channel.Inject(fault, (int)commands);
        output.WriteLine($"{disk!.Name}: {commands} commands will go wrong");
        return CommandResult.Done;
    }

    private static DiskFault Parse(ReadOnlySpan<byte> kind) =>
        kind.SequenceEqual("silent"u8) ? DiskFault.Silent
        : kind.SequenceEqual("short"u8) ? DiskFault.ShortTransfer
        : kind.SequenceEqual("gone"u8) ? DiskFault.Gone
        : DiskFault.None;
}
