using Reservoir.Drivers.Ata;

namespace Reservoir.Lab.Faults;

/// <summary>The faulty channels of a controller: <see cref="Wrap"/> is what <see cref="AtaController.FindDrives"/> takes.</summary>
public sealed class DiskFaults
{
    private const int Channels = 2;
    private const int DrivesOfAChannel = 2;

    private readonly FaultyAtaChannel?[] _channels = new FaultyAtaChannel?[Channels];
    private int _count;

    /// <summary>Wraps the next channel; the driver opens the primary one first. Boot context.</summary>
    /// <param name="windows">The channel's registers.</param>
    /// <returns>The windows for the driver.</returns>
    public AtaWindows Wrap(AtaWindows windows)
    {
        var channel = new FaultyAtaChannel(windows);
        _channels[_count++] = channel;
        return channel.Windows;
    }

    /// <summary>The channel of a disk. Any context.</summary>
    /// <param name="diskName">The disk's name: <c>ata0</c> and <c>ata1</c> are on the primary channel, <c>ata2</c> and <c>ata3</c> on the
    /// secondary one.</param>
    /// <returns>Null if there is no such channel.</returns>
    public FaultyAtaChannel? Find(string diskName)
    {
        int number = diskName.Length == 0 ? -1 : diskName[diskName.Length - 1] - '0';
        return number is >= 0 and < Channels * DrivesOfAChannel ? _channels[number / DrivesOfAChannel] : null;
    }
}
