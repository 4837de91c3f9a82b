using System;
using static Reservoir.Drivers.Ata.AtaRegisters;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>
/// A channel made of code: the command block and the control block of ATA/ATAPI-6, chapter 7, which two drives share, their interrupt line,
/// and the channel's half of a bus master.
/// </summary>
internal sealed class FakeAtaChannel
{
    private const int ReadsUntilDone = 6;
    private readonly FakeAtaDrive?[] _drives;
    private byte _device;
    private byte _control;
    private bool _line;
    private int _reads;

    public FakeAtaChannel(FakeAtaDrive? master, FakeAtaDrive? slave)
    {
        _drives = [master, slave];
        Command = new CommandBlock(this);
        Control = new ControlBlock(this);
        BusMaster = new FakeBusMaster(() => Selected);
    }

    public FakePorts Command { get; }

    public FakePorts Control { get; }

    public FakeBusMaster BusMaster { get; }

    /// <summary>Whether the drives are unplugged: every register reads as all ones.</summary>
    public bool IsGone { get; set; }

    /// <summary>Whether the line was raised since this was last set to false.</summary>
    public bool HasEdge { get; set; }

    /// <summary>How often data was moved by words of 32 and of 16 bits.</summary>
    public int WideTransfers { get; private set; }

    public int NarrowTransfers { get; private set; }

    private FakeAtaDrive? Selected => IsGone ? null : _drives[(_device & DeviceSlave) != 0 ? 1 : 0];

    private bool IsEmpty => IsGone || (_drives[0] is null && _drives[1] is null);

    /// <summary>Time passes: the drives and the bus master do what they can.</summary>
    public void Proceed()
    {
        foreach (FakeAtaDrive? drive in _drives)
        {
            drive?.Proceed();
        }

        BusMaster.Proceed();
        UpdateLine();
    }

    private byte ReadStatus()
    {
        if (IsEmpty)
        {
            return StatusNothing;
        }

        // Polling takes time, too.
        if (Selected is { } drive && (drive.Status & StatusBusy) != 0 && ++_reads == ReadsUntilDone)
        {
            _reads = 0;
            Proceed();
        }

        // Device 0 answers with zeros for a device 1 that is not there.
        return Selected?.Status ?? 0;
    }

    private void WriteControl(byte value)
    {
        bool wasReset = (_control & SoftReset) != 0;
        _control = value;
        foreach (FakeAtaDrive? drive in _drives)
        {
            if ((value & SoftReset) != 0)
            {
                drive?.BeginReset();
            }
            else if (wasReset)
            {
                drive?.EndReset();
            }
        }

        _device = (value & SoftReset) != 0 ? (byte)0 : _device;
        UpdateLine();
    }

    private void UpdateLine()
    {
        bool line = (_control & NoInterrupt) == 0 && Selected is { Interrupts: true };
        if (line && !_line)
        {
            HasEdge = true;
            BusMaster.NoteInterrupt();
        }

        // An interrupt that was acknowledged before it was served is none any more.
        HasEdge &= line;
        _line = line;
    }

    private sealed class CommandBlock(FakeAtaChannel channel) : FakePorts
    {
        public override byte Read8(int offset)
        {
            if (channel.IsEmpty)
            {
                return StatusNothing;
            }

            if (offset == Status)
            {
                byte status = channel.ReadStatus();
                channel.Selected?.AcknowledgeInterrupt();
                channel.UpdateLine();
                return status;
            }

            return channel.Selected?.ReadRegister(offset, (channel._control & HighOrderByte) != 0) ?? 0;
        }

        public override void Write8(int offset, byte value)
        {
            channel._control &= unchecked((byte)~HighOrderByte);
            if (channel.IsGone)
            {
                return;
            }

            switch (offset)
            {
                case AtaRegistersCommand:
                    channel.Selected?.Execute(value, channel._device);
                    break;
                case Device:
                    channel._device = value;
                    break;
                default:
                    foreach (FakeAtaDrive? drive in channel._drives)
                    {
                        drive?.WriteRegister(offset, value);
                    }

                    break;
            }

            channel.UpdateLine();
        }

        public override void ReadMany16(int offset, Span<byte> destination)
        {
            channel.NarrowTransfers++;
            Read(offset, destination);
        }

        public override void ReadMany32(int offset, Span<byte> destination)
        {
            channel.WideTransfers++;
            Read(offset, destination);
        }

        public override void WriteMany16(int offset, ReadOnlySpan<byte> source)
        {
            channel.NarrowTransfers++;
            Write(offset, source);
        }

        public override void WriteMany32(int offset, ReadOnlySpan<byte> source)
        {
            channel.WideTransfers++;
            Write(offset, source);
        }

        private const int AtaRegistersCommand = Reservoir.Drivers.Ata.AtaRegisters.Command;

        private void Read(int offset, Span<byte> destination)
        {
            RequireData(offset);
            destination.Fill(StatusNothing);
            channel.Selected?.ReadData(destination);
        }

        private void Write(int offset, ReadOnlySpan<byte> source)
        {
            RequireData(offset);
            channel.Selected?.WriteData(source);
        }

        private static void RequireData(int offset)
        {
            if (offset != Data)
            {
                throw new InvalidOperationException($"ATA: data moved through register {offset}");
            }
        }
    }

    private sealed class ControlBlock(FakeAtaChannel channel) : FakePorts
    {
        public override byte Read8(int offset) => channel.ReadStatus();

        public override void Write8(int offset, byte value)
        {
            if (!channel.IsGone)
            {
                channel.WriteControl(value);
            }
        }
    }
}
