using System;
using System.Threading;
using Cosmos.Common;
using Cosmos.Core;
using Reservoir.Pools;
using static Reservoir.Drivers.Nic.E1000Registers;

namespace Reservoir.Drivers.Nic;

/// <summary>The transmit half of an <see cref="E1000"/>: a ring of descriptors, each with the buffer of a frame on its way out.</summary>
internal sealed unsafe class E1000TransmitRing
{
    private const uint Size = E1000.TransmitRingSize;
    private const int ShortestFrame = 14;
    private const int LongestFrame = 1514;

    private readonly nuint _registers;
    private readonly TransmitDescriptor* _ring;
    private readonly NonBlockingPool _pool;
    private readonly Processor _processor;
    private readonly BufferHandle[] _buffers = new BufferHandle[Size];
    private uint _head;
    private uint _tail;

    public E1000TransmitRing(nuint registers, nuint ring, NonBlockingPool pool, Processor processor)
    {
        _registers = registers;
        _ring = (TransmitDescriptor*)ring;
        _pool = pool;
        _processor = processor;
    }

    public ulong Sent { get; private set; }

    public ulong Bytes { get; private set; }

    public ulong Refused { get; private set; }

    /// <summary>Switches the transmitter on (8254x manual, 14.5).</summary>
    public void Start()
    {
        new Span<byte>(_ring, (int)Size * TransmitDescriptor.Bytes).Clear();
        Mmio.Write32(_registers + TDBAL, (uint)(nuint)_ring);
        Mmio.Write32(_registers + TDBAH, (uint)((ulong)_ring >> 32));
        Mmio.Write32(_registers + TDLEN, Size * TransmitDescriptor.Bytes);
        Mmio.Write32(_registers + TDH, 0);
        Mmio.Write32(_registers + TDT, 0);
        Mmio.Write32(_registers + TIPG, TransmitGap);
        Mmio.Write32(_registers + TCTL, TransmitEnable | TransmitPad | TransmitCollision);
    }

    /// <summary>Copies a frame into a buffer and gives it to the device. Thread context.</summary>
    public bool Send(ReadOnlySpan<byte> frame)
    {
        RentResult rented = frame.Length is >= ShortestFrame and <= LongestFrame ? _pool.TryRent() : default;
        if (rented.Succeeded)
        {
            frame.CopyTo(_pool.GetSpan(rented.Buffer));
        }

        // Refusals are counted in here too: two threads that send at once would lose one of them.
        nuint state = _processor.MaskInterrupts();
        bool posted = rented.Succeeded && Post(rented.Buffer, frame.Length);
        Refused += posted ? 0u : 1u;
        _processor.RestoreInterrupts(state);
        if (rented.Succeeded && !posted)
        {
            _pool.Return(rented.Buffer);
        }

        return posted;
    }

    /// <summary>Gives back the buffers of frames that are out, at most one ring full. Interrupts masked.</summary>
    public void Reap()
    {
        while (_tail != _head && (Volatile.Read(ref _ring[_tail % Size].Status) & TransmitDescriptor.Done) != 0)
        {
            BufferHandle buffer = _buffers[_tail % Size];
            if (_pool.Unpost(buffer) == ReturnError.None)
            {
                _pool.Return(buffer);
            }

            _tail++;
        }
    }

    private bool Post(BufferHandle buffer, int length)
    {
        // One descriptor stays unused: a full ring would look like an empty one.
        if (_head - _tail == Size - 1)
        {
            Reap();
            if (_head - _tail == Size - 1)
            {
                return false;
            }
        }

        uint index = _head % Size;
        _buffers[index] = buffer;
        _pool.Post(buffer);
        _ring[index] = new TransmitDescriptor
        {
            Address = _pool.GetBusAddress(buffer),
            Length = (ushort)length,
            Command = TransmitDescriptor.EndOfPacket | TransmitDescriptor.InsertChecksum | TransmitDescriptor.ReportStatus,
        };
        _head++;
        Sent++;
        Bytes += (uint)length;
        Mmio.Write32(_registers + TDT, _head % Size);
        return true;
    }
}
