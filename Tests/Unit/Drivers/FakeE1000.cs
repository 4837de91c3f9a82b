using System;
using System.Collections.Generic;
using Reservoir.Drivers.E1000;
using static Reservoir.Drivers.E1000.E1000Registers;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>
/// A card made of code, as far as the driver uses it: registers, rings and buffers in memory, causes and their mask, counters that reading
/// clears or doesn't, checksums inserted as the context says.
/// </summary>
internal sealed unsafe class FakeE1000 : RegisterWindow
{
    private readonly Dictionary<uint,
        uint> _registers = new() { [RAL0] = 0x12005452, [RAH0] = AddressValid | 0x5634, [STATUS] = StatusLinkUp };
    private uint _cause;
    private byte[] _context = new byte[TransmitContext.Bytes];

    /// <summary>Frames that it has sent.</summary>
    public List<byte[]> Sent { get; } = new();

    /// <summary>Frames that found no descriptor.</summary>
    public int Missed { get; private set; }

    /// <summary>Whether it sends what it is given at once; otherwise not before <see cref="Transmit"/>.</summary>
    public bool SendsAtOnce { get; set; } = true;

    /// <summary>Registers that reading clears.</summary>
    public HashSet<uint> Clearing { get; } = new();

    /// <summary>How often each register was written.</summary>
    public Dictionary<uint, int> Writes { get; } = new();

    /// <summary>Whether its interrupt line is raised.</summary>
    public bool Interrupts => (_cause & Peek(IMS)) != 0;

    public uint Peek(uint register) => _registers.GetValueOrDefault(register);

    public void Poke(uint register, uint value) => _registers[register] = value;

    public void Raise(uint cause) => _cause |= cause;

    public override uint Read(uint register)
    {
        if (register == ICR)
        {
            uint cause = _cause;
            _cause = 0;
            return cause;
        }

        uint value = Peek(register);
        if (Clearing.Contains(register))
        {
            Poke(register, 0);
        }

        return value;
    }

    public override void Write(uint register, uint value)
    {
        Writes[register] = Writes.GetValueOrDefault(register) + 1;
        switch (register)
        {
            case IMS:
                Poke(IMS, Peek(IMS) | value);
                break;
            case IMC:
                Poke(IMS, Peek(IMS) & ~value);
                break;
            case ICS:
                Raise(value);
                break;
            default:
                Poke(register, value);
                break;
        }

        if (register == TDT && SendsAtOnce)
        {
            Transmit(int.MaxValue);
        }
    }

    /// <summary>A frame arrives.</summary>
    /// <returns>False if no descriptor was free: it is lost.</returns>
    public bool Arrive(ReadOnlySpan<byte> frame, byte status = ReceiveDescriptor.ChecksumsIgnored, byte errors = 0)
    {
        uint head = Peek(RDH);
        if (head == Peek(RDT))
        {
            Missed++;
            Poke(MPC, Peek(MPC) + 1);
            return false;
        }

        ReceiveDescriptor* descriptor = (ReceiveDescriptor*)RingAt(RDBAL, RDBAH) + head;
        frame.CopyTo(new Span<byte>((void*)descriptor->Address, E1000Card.BufferBytes));
        descriptor->Length = (ushort)frame.Length;
        descriptor->Errors = errors;
        descriptor->Status = (byte)(ReceiveDescriptor.Done | ReceiveDescriptor.EndOfPacket | status);
        Poke(RDH, (head + 1) % (Peek(RDLEN) / ReceiveDescriptor.Bytes));
        Raise(CauseReceived);
        return true;
    }

    /// <summary>Sends what it was given.</summary>
    public void Transmit(int most)
    {
        uint size = Peek(TDLEN) / TransmitDescriptor.Bytes;
        while (most > 0 && (Peek(TCTL) & TransmitEnable) != 0 && Peek(TDH) != Peek(TDT))
        {
            TransmitDescriptor* descriptor = (TransmitDescriptor*)RingAt(TDBAL, TDBAH) + Peek(TDH);
            if ((descriptor->Command & TransmitDescriptor.Extended) != 0 && descriptor->Type == 0)
            {
                _context = new ReadOnlySpan<byte>(descriptor, TransmitContext.Bytes).ToArray();
            }
            else
            {
                byte[] frame = new ReadOnlySpan<byte>((void*)descriptor->Address, descriptor->Length).ToArray();
                InsertChecksums(frame, descriptor->Type == TransmitDescriptor.Data ? descriptor->Options : (byte)0);
                Sent.Add(frame);
                most--;
            }

            if ((descriptor->Command & TransmitDescriptor.ReportStatus) != 0)
            {
                descriptor->Status = TransmitDescriptor.Done;
                Raise(CauseTransmitDone);
            }

            Poke(TDH, (Peek(TDH) + 1) % size);
        }
    }

    private void InsertChecksums(byte[] frame, byte options)
    {
        if ((options & TransmitDescriptor.InsertIpv4Header) != 0)
        {
            Insert(frame, _context[0], _context[1], BitConverter.ToUInt16(_context, 2));
        }

        if ((options & TransmitDescriptor.InsertTransport) != 0)
        {
            Insert(frame, _context[4], _context[5], BitConverter.ToUInt16(_context, 6));
        }
    }

    /// <summary>Ones' complement of the sum over whatever stands there, the checksum's own place included (8254x manual, 3.5).</summary>
    private static void Insert(byte[] frame, int start, int offset, int end)
    {
        end = end == 0 ? frame.Length - 1 : end;
        uint sum = 0;
        for (int i = start; i <= end; i++)
        {
            sum += (i - start) % 2 == 0 ? (uint)frame[i] << 8 : frame[i];
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        ushort checksum = (ushort)~sum;
        checksum = checksum == 0 ? ushort.MaxValue : checksum;
        frame[offset] = (byte)(checksum >> 8);
        frame[offset + 1] = (byte)checksum;
    }

    private void* RingAt(uint low, uint high) => (void*)(((ulong)Peek(high) << 32) | Peek(low));
}
