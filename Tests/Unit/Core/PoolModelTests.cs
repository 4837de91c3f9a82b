using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>
/// A million operations in an order that nobody thought of, by two threads and their interrupt handlers, against a model. A sequence that
/// fails is cut down to a short one that still fails.
/// </summary>
public sealed class PoolModelTests(Report report) : IClassFixture<Report>
{
    private const int Buffers = 5;
    private const int StepsInASequence = 2500;

    /// <summary>One step in so many is in an interrupt handler, one lets the other thread run.</summary>
    private const int Contexts = 16;
    private const int Interrupts = 4;

    private long _done;

    [Theory]
    [InlineData(PoolKind.NonBlocking, false)]
    [InlineData(PoolKind.NonBlocking, true)]
    [InlineData(PoolKind.Blocking, false)]
    [InlineData(PoolKind.Blocking, true)]
    public void APoolDoesWhatItsModelDoes(PoolKind kind, bool hasRules)
    {
        const int sequences = 140;
        var rules = hasRules ? new PoolRules { Reserve = 1, Cap = 3, HighWatermark = 4, LowWatermark = 2 } : default;
        Arbitrary<int[]> steps = Arb.From(Gen.Choose(0, int.MaxValue - 1).ArrayOf(StepsInASequence), Shrink);
        Prop.ForAll(steps, sequence => Follow(sequence, kind, rules)).Check(Config.QuickThrowOnFailure.WithMaxTest(sequences));
        report.Say($"pool model, {kind}, {(hasRules ? "with" : "without")} rules: {_done} operations");
        Assert.InRange(_done, 250_000, long.MaxValue);
    }

    /// <summary>Leaves out ever smaller parts.</summary>
    private static IEnumerable<int[]> Shrink(int[] steps)
    {
        for (int length = steps.Length / 2; length > 0; length /= 2)
        {
            for (int start = 0; start + length <= steps.Length; start += length)
            {
                yield return [.. steps[..start], .. steps[(start + length)..]];
            }
        }
    }

    private void Follow(int[] steps, PoolKind kind, PoolRules rules)
    {
        using var bench = new KernelBench(PlanLine(kind, rules));
        BufferPool pool = kind == PoolKind.Blocking ? bench.Blocking("pool") : bench.NonBlocking("pool");
        var model = new PoolModel(pool, Buffers);
        int next = 0;
        bench.Thread("one", 5, Work);
        bench.Thread("two", 5, Work);
        bench.Run(restingTicks: 1);
        Assert.Equal(steps.Length, next);
        _done += model.Done;

        void Work(ThreadContext context)
        {
            while (next < steps.Length)
            {
                int step = steps[next++];
                int operation = step % PoolModel.Operations;
                int choice = step / PoolModel.Operations;
                int where = choice % Contexts;
                choice /= Contexts;
                if (where == 0)
                {
                    Assert.Equal(WaitResult.Signalled, bench.Scheduler.Yield(context));
                    continue;
                }

                if (where <= Interrupts)
                {
                    bench.Processor.Interrupt(() => model.Do(operation, choice, default, thread: -1));
                }
                else
                {
                    model.Do(operation, choice, context, bench.Scheduler.Current.Id);
                }

                model.Check();
            }
        }
    }

    private static Memory.PlanLine PlanLine(PoolKind kind, PoolRules rules)
    {
        return Memory.PlanLine.Pool("pool", "test", kind, KernelBench.BufferSize, Buffers, rules: rules);
    }
}
