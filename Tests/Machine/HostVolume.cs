using System;
using System.Collections.Generic;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Volume;
using Reservoir.Tests.Unit.Volume;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>What the kernel's own storage code finds on the image of a disk, run on the host.</summary>
internal sealed class HostVolume
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Mounts an image and reads all records.</summary>
    public HostVolume(byte[] image)
    {
        using var workshop = new Workshop(PlanLine.Pool("disk", "storage", PoolKind.Blocking, BufferBytes, 2));
        var disk = new MemoryDisk(workshop.Blocking("disk"), image: image) { MaxBlocksPerRequest = BufferBytes / 512 };
        var volume = new RecordVolume(workshop.Scheduler, disk);
        State = volume.Mount(workshop.Context);
        Assert.Equal(0, disk.Writes);
        Oldest = volume.Oldest;
        Newest = volume.Newest;
        Capacity = volume.Capacity;
        BufferHandle buffer = disk.Pool.TryRent().Buffer;
        for (ulong number = Oldest; number <= Newest; number++)
        {
            RecordError error = volume.Read(workshop.Context, number, buffer, out RecordHeader header);
            Assert.True(error == RecordError.None, $"record {number} of {Oldest} to {Newest}: {error}");
            Records.Add(number, disk.Pool.GetSpan(buffer).Slice(RecordHeader.Length, header.PayloadLength).ToArray());
        }

        disk.Pool.Return(buffer);
    }

    public VolumeState State { get; }

    public ulong Oldest { get; }

    public ulong Newest { get; }

    public ulong Capacity { get; }

    public Dictionary<ulong, byte[]> Records { get; } = [];
}
