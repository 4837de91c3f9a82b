using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Reservoir.Devices;
using Reservoir.Memory;
using Reservoir.Network;
using Reservoir.Network.Dhcp;
using Reservoir.Network.Ip;
using Reservoir.Network.Udp;
using Reservoir.Network.Wire;
using Reservoir.Pools;
using Reservoir.Tests.Fuzzing;
using Reservoir.Tests.Unit.Volume;
using Reservoir.Time;
using Xunit;

namespace Reservoir.Tests.Unit.Network;

/// <summary>Frames through the kernel's own pool, queue, protocol thread and stack, with everything counted after each one.</summary>
internal sealed class FuzzBench : IDisposable
{
    private const int Buffers = 16;
    private const int Datagrams = 8;

    private readonly Workshop _workshop = new(
        PlanLine.Pool("nic", "network", PoolKind.NonBlocking, 2048, Buffers),
        PlanLine.Pool("reassembly", "network", PoolKind.NonBlocking, Ipv4Reassembly.BufferSize, Datagrams));

    private readonly FuzzParties _parties = new();
    private readonly FrameCorpus _corpus;
    private readonly FrameMutator _mutator;
    private readonly CheckedNetworkCard _device;
    private readonly NonBlockingPool _pool;
    private readonly NonBlockingPool _reassembly;
    private readonly FrameQueue _queue;
    private readonly NetworkStack _stack;
    private readonly ProtocolThread _thread;
    private readonly ulong[] _reasons = new ulong[DropReasonText.Count];
    private readonly List<BufferHandle> _held = new();
    private ulong _given;

    public FuzzBench(ulong seed, bool isDhcp)
    {
        _corpus = new FrameCorpus(_parties);
        _mutator = new FrameMutator(_parties, _corpus, seed);
        _device = new CheckedNetworkCard(_parties);
        _pool = _workshop.NonBlocking("nic");
        _reassembly = _workshop.NonBlocking("reassembly");
        _queue = new FrameQueue(_workshop.Scheduler, _pool, Buffers);
        _stack = new NetworkStack(_device, _workshop.Scheduler.Clock, isDhcp ? default : Ipv4Configuration.Default, _reassembly,
            new TextBuffer());
        Assert.Equal(UdpPortError.None, _stack.Ports.Add(new EchoService()));
        Assert.Equal(UdpPortError.None, _stack.Ports.Add(new ForgetfulService()));
        _stack.Dhcp = isDhcp ? new DhcpClient(_stack.Host, new TextBuffer()) : null;
        _stack.Restart();
        _stack.RunTimers();
        _thread = new ProtocolThread(_workshop.Scheduler, _queue, _stack);
    }

    /// <summary>Different drop reasons seen, "taken" among them.</summary>
    public int Reasons => _reasons.Count(count => count != 0);

    public bool HasSeen(DropReason reason) => _reasons[(int)reason] != 0;

    public void Dispose() => _workshop.Dispose();

    /// <summary>Gives so many mutated frames, lets time pass now and then, and checks after each that nothing is lost.</summary>
    public void Run(int frames)
    {
        for (ulong end = _given + (ulong)frames; _given < end;)
        {
            if (_mutator.Next(64) == 0)
            {
                // Sometimes a little, sometimes long enough for everything to run out.
                _workshop.Processor.Now += (ulong)_mutator.Next(_mutator.Next(256) == 0
                    ? 2_000_000 : 200) * Clock.NanosecondsPerMillisecond;
                _stack.RunTimers();
                _device.Buffers = _mutator.Next(64) == 0 ? 3 : -1;
                HoldBuffers(_mutator.Next(32) == 0);
            }

            if (_stack.Dhcp is not null && _mutator.Next(16) == 0)
            {
                Give(ServerAnswer());
            }
            else
            {
                if (_mutator.Next(512) == 0)
                {
                    _stack.UdpOutput.TrySend(new Ipv4Address(_parties.PeerAddress + (uint)_mutator.Next(4)), 7, 7, "question"u8);
                }

                Give(_mutator.Next());
            }
        }
    }

    /// <summary>After all that: nothing is left over, and the host still answers.</summary>
    public void AssertWholeAndAlive()
    {
        _device.Buffers = -1;
        HoldBuffers(all: false);
        for (int i = 0; i < 200; i++)
        {
            _workshop.Processor.Now += Clock.NanosecondsPerSecond;
            _stack.RunTimers();
        }

        Assert.Equal(Buffers, _pool.Free);
        Assert.Equal(Datagrams, _reassembly.Free);
        Assert.Equal(0, _stack.Reassembly.Count);
        Assert.Equal(0, _stack.Pending.Count);
        Assert.Equal(0, _pool.TakeSnapshot().Quarantined + _reassembly.TakeSnapshot().Quarantined);
        Assert.Equal(0UL, _pool.TakeSnapshot().RefusedReturns + _reassembly.TakeSnapshot().RefusedReturns);
        if (_stack.Dhcp is not null)
        {
            Bind();
        }

        ulong sent = _device.Sent;
        byte[] ping =
            FrameBytes.Link(_parties.HostStation, _parties.PeerStation, 0x0800,
            FrameBytes.Internet(_parties.PeerAddress, _parties.HostAddress, 1, FrameBytes.Control(8, 0, new byte[36])));
        Assert.Equal(DropReason.None, _stack.Process(ping));
        Assert.Equal(sent + 1, _device.Sent);
    }

    public string Describe()
    {
        var text = new StringBuilder(
            $"figures: {_given:N0} frames, 0 exceptions, 0 buffers lost, {_corpus.Behaviours} behaviours, "
            + $"corpus {_corpus.Seeds} + {_corpus.Count - _corpus.Seeds}, {_device.Sent} sent; datagrams ");
        text.AppendLine(
            $"{_stack.Reassembly.Completed} complete, {_stack.Reassembly.TimedOut} late, "
            + $"{_stack.Reassembly.Abandoned} overlapping, {_stack.Reassembly.Displaced} displaced");
        for (int i = 0; i < _reasons.Length; i++)
        {
            text.AppendLine($"{_reasons[i],12}  {(DropReason)i}");
        }

        return text.ToString();
    }

    private void Bind()
    {
        for (int i = 0; i < 100 && !_stack.Configuration.IsSet; i++)
        {
            _workshop.Processor.Now += Clock.NanosecondsPerSecond;
            _stack.RunTimers();
            byte type = _stack.Dhcp!.State == DhcpState.Selecting ? (byte)2 : (byte)5;
            _stack.Process(Answer(type));
        }

        Assert.True(_stack.Configuration.IsSet);
        Assert.Equal(_parties.HostAddress, _stack.Configuration.Address.Value);
    }

    private ReadOnlySpan<byte> ServerAnswer() =>
        _mutator.Mutate(Answer(_mutator.Next(8) switch { < 3 => 2, 7 => 6, _ => 5 }, isDamaged: _mutator.Next(2) == 0),
        _mutator.Next(2) * _mutator.Next(3));

    private byte[] Answer(byte type, bool isDamaged = false)
    {
        uint[] leases = [0, 10, 60, 3600, uint.MaxValue];
        byte[] message = DhcpBytes.Answer(type, _device.Transaction, _parties, leases[_mutator.Next(leases.Length)]);
        for (int changes = isDamaged ? _mutator.Next(4) : 0; changes > 0; changes--)
        {
            message[DhcpBytes.Options + _mutator.Next(48)] = (byte)_mutator.Next(_mutator.Next(2) == 0 ? 8 : 256);
        }

        byte[] data = FrameBytes.User(_parties.PeerAddress, uint.MaxValue, 67, 68, message);
        return FrameBytes.Link(FuzzParties.Everybody, _parties.PeerStation, 0x0800,
            FrameBytes.Internet(_parties.PeerAddress, uint.MaxValue, 17, data));
    }

    /// <summary>Takes the buffers for datagrams away, or gives them back.</summary>
    private void HoldBuffers(bool all)
    {
        _held.ForEach(buffer => _reassembly.Return(buffer));
        _held.Clear();
        while (all && _reassembly.TryRent() is { Succeeded: true } rental)
        {
            _held.Add(rental.Buffer);
        }
    }

    private void Give(ReadOnlySpan<byte> frame)
    {
        ulong sent = _device.Sent;
        if (frame.IsEmpty)
        {
            return;
        }

        RentResult rental = _pool.TryRent();
        Assert.True(rental.Succeeded);
        frame.CopyTo(_pool.GetSpan(rental.Buffer));
        Assert.True(_queue.TryEnqueue(new ReceivedFrame(rental.Buffer, frame.Length)));
        Assert.True(_thread.TryHandleNext());
        _given++;
        DropReason reason = FindReason();
        if (_pool.Free != Buffers || _reassembly.Count - _reassembly.Free > _stack.Reassembly.Count + _held.Count
            || _stack.Counters.Frames != _given)
        {
            Assert.Fail($"a buffer or a reason is lost: {Convert.ToHexString(frame)}");
        }

        _corpus.Learn(frame, Behaviour(frame, reason, _device.Sent - sent));
    }

    /// <summary>The one counter that has changed.</summary>
    private DropReason FindReason()
    {
        int found = -1;
        for (int i = 0; i < _reasons.Length; i++)
        {
            ulong count = _stack.Counters[(DropReason)i];
            if (count != _reasons[i])
            {
                Assert.True(found < 0 && count == _reasons[i] + 1, "more than one result");
                found = i;
                _reasons[i] = count;
            }
        }

        Assert.True(found >= 0, "no reason");
        return (DropReason)found;
    }

    /// <summary>What came of a frame, roughly: its reason, its answers, its type and length, and what the client of DHCP makes of
    /// it.</summary>
    private ulong Behaviour(ReadOnlySpan<byte> frame, DropReason reason, ulong answers)
    {
        ulong type = frame.Length < 24 ? 0UL : BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == 0x0800 ? frame[23] : 255UL;
        ulong length = (ulong)System.Numerics.BitOperations.Log2((uint)frame.Length);
        ulong state = (ulong)(_stack.Dhcp?.State ?? 0);
        return (ulong)reason << 56 | Math.Min(answers, 15) << 48 | type << 40 | length << 32 | state;
    }

    private sealed class ForgetfulService : UdpService
    {
        public ForgetfulService()
            : base(9999, "forgetful")
        {
        }

        public override DropReason Receive(in UdpDatagram datagram, in UdpReply reply) =>
            datagram.Payload.Length > 100 ? DropReason.ServiceRefused : DropReason.None;
    }
}
