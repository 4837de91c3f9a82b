using System;
using Reservoir.Devices;
using Reservoir.Pools;
using Reservoir.Threads;

namespace Reservoir.Volume;

/// <summary>
/// Whether a disk is empty in all places where a partition table or a file system would begin: its first 128 KiB and its last 32 KiB. An
/// empty first block alone proves nothing; ext4 leaves it empty.
/// </summary>
/// <remarks>Thread context. The caller owns the buffer for the whole probe.</remarks>
internal static class BlankProbe
{
    private const int BlocksAtStart = 256;
    private const int BlocksAtEnd = 64;

    /// <returns><see cref="VolumeState.Blank"/>, <see cref="VolumeState.Foreign"/> or <see cref="VolumeState.Unreadable"/>.</returns>
    public static VolumeState Probe(ThreadContext context, IBlockStorage storage, BufferHandle buffer, ref BlockStatus status)
    {
        ulong blocks = storage.BlockCount;
        VolumeState start = Probe(context, storage, buffer, 0, ulong.Min(blocks, BlocksAtStart), ref status);
        ulong endBlocks = ulong.Min(blocks, BlocksAtEnd);
        return start == VolumeState.Blank ? Probe(context, storage, buffer, blocks - endBlocks, endBlocks, ref status) : start;
    }

    private static VolumeState Probe(ThreadContext context, IBlockStorage storage, BufferHandle buffer, ulong first, ulong count,
        ref BlockStatus status)
    {
        int blocksPerRead = Math.Min(storage.MaxBlocksPerRequest, storage.Pool.BufferSize / VolumeHeader.BlockSize);
        while (count > 0)
        {
            int blocks = (int)ulong.Min((ulong)blocksPerRead, count);
            BlockStatus answer = storage.Read(context, first, blocks, buffer);
            if (answer != BlockStatus.Ok)
            {
                status = answer;
                return VolumeState.Unreadable;
            }

            if (storage.Pool.GetSpan(buffer).Slice(0, blocks * VolumeHeader.BlockSize).ContainsAnyExcept((byte)0))
            {
                return VolumeState.Foreign;
            }

            first += (ulong)blocks;
            count -= (ulong)blocks;
        }

        return VolumeState.Blank;
    }
}
