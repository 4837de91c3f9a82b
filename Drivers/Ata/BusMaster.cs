using System;
using Cosmos.Core;
using Reservoir.Memory;
using Reservoir.Pools;
using static Reservoir.Drivers.Ata.BusMasterRegisters;

namespace Reservoir.Drivers.Ata;

/// <summary>The half of a bus master that serves one channel, and the buffers that it holds.</summary>
/// <remarks>
/// A transfer (SFF-8038i, 3.1): (1) the table, (2) its address, the direction, old status cleared, (3) the command to the drive, (4) start,
/// (5) the interrupt, (6) stop, then the status of both. From (1) until after (6) the buffers are posted: no thread can return or touch
/// them, even if their owner dies. Used by the thread that has the channel.
/// </remarks>
internal sealed class BusMaster
{
    /// <summary>The most buffers in one transfer.</summary>
    public const int MostBuffers = 8;

    private readonly PortWindow _ports;
    private readonly PhysicalRegionTable _table;
    private readonly BufferHandle[] _buffers = new BufferHandle[MostBuffers];
    private BufferPool? _pool;
    private int _held;
    private byte _direction;
    private readonly byte _capable;
    private volatile byte _ending;

    /// <summary>Describes it. Boot context.</summary>
    /// <param name="ports">Its ports.</param>
    /// <param name="memory">For its table: device memory within one page.</param>
    public BusMaster(PortWindow ports, Region memory)
    {
        _ports = ports;
        _table = new PhysicalRegionTable(memory);
        _capable = (byte)(ports.Read8(Status) & StatusCapable);
    }

    /// <summary>Whether a controller can serve one channel at a time only. Boot context.</summary>
    /// <param name="ports">The first channel's ports.</param>
    public static bool IsSimplex(PortWindow ports) => (ports.Read8(Status) & StatusSimplex) != 0;

    /// <summary>Whether a transfer is prepared or under way. Any context.</summary>
    public bool IsInUse { get; private set; }

    /// <summary>Posts buffers for a transfer.</summary>
    /// <param name="pool">Their pool.</param>
    /// <param name="buffers">The buffers, in order.</param>
    /// <param name="bytes">Bytes to transfer; each buffer but the last is used whole.</param>
    /// <returns>False if one is refused, or lies where the controller can't reach; then none is held.</returns>
    public bool TryPost(BufferPool pool, ReadOnlySpan<BufferHandle> buffers, int bytes)
    {
        _table.Clear();
        _pool = pool;
        foreach (BufferHandle buffer in buffers)
        {
            int part = Math.Min(bytes, pool.BufferSize);
            if (_held == MostBuffers || pool.Post(buffer) != ReturnError.None)
            {
                Unpost();
                return false;
            }

            _buffers[_held++] = buffer;
            if (!_table.TryAdd(pool.GetBusAddress(buffer), part))
            {
                Unpost();
                return false;
            }

            bytes -= part;
        }

        return true;
    }

    /// <summary>Prepares the transfer, before the drive gets its command.</summary>
    /// <param name="toMemory">Whether the data goes from the drive to memory.</param>
    public void Arm(bool toMemory)
    {
        byte direction = toMemory ? CommandToMemory : (byte)0;
        if (direction != _direction)
        {
            _direction = direction;
            _ports.Write8(Command, direction);
        }

        _ports.Write32(DescriptorTable, _table.BusAddress);
        Clear(StatusInterrupt | StatusError);
        _ending = 0;
        IsInUse = true;
    }

    /// <summary>Whether the drive has interrupted since <see cref="Arm"/>; clears that bit, but not an error. Any context.</summary>
    public bool TakeInterrupt()
    {
        byte status = _ports.Read8(Status);
        if ((status & StatusInterrupt) == 0)
        {
            return false;
        }

        _ending = status;
        Clear(StatusInterrupt);
        return true;
    }

    /// <summary>Begins to transfer, after the drive got its command.</summary>
    public void Start() => _ports.Write8(Command, (byte)(_direction | CommandStart));

    /// <summary>Ends the transfer, wherever it is.</summary>
    /// <returns>False if not all of it has been moved, or memory could not be reached.</returns>
    public bool Stop()
    {
        // With the interrupt the status has become final.
        byte status = _ending != 0 ? _ending : _ports.Read8(Status);
        _ports.Write8(Command, _direction);
        IsInUse = false;
        return (status & (StatusError | StatusActive)) == 0;
    }

    /// <summary>Ends the posting of the buffers, when neither the drive nor the controller can move data any more.</summary>
    /// <returns>False if the owner of one has died: it went back to its pool.</returns>
    public bool Unpost()
    {
        bool isWhole = true;
        while (_held != 0)
        {
            isWhole &= _pool!.Unpost(_buffers[--_held]) == ReturnError.None;
        }

        return isWhole;
    }

    /// <summary>Clears bits. The bits that say what the drives can have to be written again each time.</summary>
    private void Clear(byte bits) => _ports.Write8(Status, (byte)(_capable | bits));
}
