using Cosmos.Common;
using Reservoir.Devices;
using Reservoir.Threads;

namespace Reservoir.Lab.Demo;

/// <summary>
/// The isolation matrix: each subsystem in turn has all its memory taken away and held, and meanwhile every other one does its full
/// workload.
/// </summary>
/// <remarks>The cells on the diagonal show what the exhausted subsystem itself does about it, and that it works again afterwards. Shell
/// thread: see <see cref="IsolationWork"/>.</remarks>
public sealed class IsolationDemo
{
    private const int Subsystems = (int)Subsystem.Recorder + 1;

    private readonly IsolationParts _parts;
    private readonly IsolationWork _work;
    private readonly int[] _done = new int[Subsystems * Subsystems];
    private readonly bool[] _exhausted = new bool[Subsystems];
    private readonly int[] _recovered = new int[Subsystems];

    /// <summary>Brings the parts together. Boot context.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="output">The card's transmitter.</param>
    public IsolationDemo(IsolationParts parts, NetworkCard output)
    {
        _parts = parts;
        _work = new IsolationWork(parts, output);
    }

    /// <summary>Runs it. Shell thread.</summary>
    /// <param name="context">The caller's right to wait.</param>
    /// <param name="output">Where its text goes.</param>
    /// <returns>Whether every cell is as it should be.</returns>
    public bool Run(ThreadContext context, TextOutput output)
    {
        if (_parts.Service.Pool == _parts.Recorder.Volume.Storage?.Pool)
        {
            output.WriteLine("demo: with pools=shared there is nothing to isolate; 'demo starvation' shows what happens instead"u8);
            return false;
        }

        if (!_parts.Volume.TryPrepare(context, out ulong first))
        {
            output.WriteLine("demo: the disk of the option demo-disk is too small for 4096 records, or fails"u8);
            return false;
        }

        _work.FirstBlock = first;
        output.WriteLine(
            "each subsystem's memory is taken away in turn; for want of scratch memory one thread will die, and is started again"u8);
        for (int held = 0; held < Subsystems; held++)
        {
            RunRow(context, (Subsystem)held);
        }

        return Report(output);
    }

    private void RunRow(ThreadContext context, Subsystem held)
    {
        _exhausted[(int)held] = _work.Exhaust(context, held);
        for (int at = 0; at < Subsystems; at++)
        {
            var work = (Subsystem)at;
            _done[(int)held * Subsystems + at] = work == held ? (_work.KeepsItsRule(context, held) ? 1 : 0)
                : held == Subsystem.Receive && work == Subsystem.Recorder ? _work.FinishRecords(context)
                : _work.Do(context, work);
        }

        _work.Release(held);
        _recovered[(int)held] = _work.Recover(context, held);
    }

    private bool Report(TextOutput output)
    {
        int complete = 0;
        int ruled = 0;
        output.WriteLine("held and at work  receive   transmit  disk      scratch   recorder  | after release"u8);
        for (int held = 0; held < Subsystems; held++)
        {
            output.Write($"{NameOf((Subsystem)held),-16}  ");
            for (int at = 0; at < Subsystems; at++)
            {
                int done = _done[held * Subsystems + at];
                if (at == held)
                {
                    ruled += done == 1 && _exhausted[held] && _recovered[held] == IsolationWork.FullOf((Subsystem)held) ? 1 : 0;
                    output.Write($"{RuleOf((Subsystem)held, done == 1, _exhausted[held]),-10}");
                }
                else
                {
                    int full = IsolationWork.FullOf((Subsystem)at);
                    complete += done == full ? 1 : 0;
                    output.Write($"{done,3}/{full,-6}");
                }
            }

            output.WriteLine($"| {_recovered[held]}/{IsolationWork.FullOf((Subsystem)held)}");
        }

        output.Write($"{complete} of {Subsystems * (Subsystems - 1)} workloads complete while another subsystem is held; ");
        output.WriteLine($"{ruled} of {Subsystems} held ones keep their rule and recover");
        return complete == Subsystems * (Subsystems - 1) && ruled == Subsystems;
    }

    private static string RuleOf(Subsystem held, bool keeps, bool isExhausted)
    {
        if (!isExhausted)
        {
            return "NOT EMPTY";
        }

        return !keeps ? "BROKEN" : held is Subsystem.Transmit or Subsystem.Disk ? "waits" : "refuses";
    }

    private static string NameOf(Subsystem subsystem) => subsystem switch
    {
        Subsystem.Receive => "receive",
        Subsystem.Transmit => "transmit",
        Subsystem.Disk => "disk",
        Subsystem.Scratch => "scratch",
        _ => "recorder",
    };
}
