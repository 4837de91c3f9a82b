using System;
using System.Diagnostics;
using Cosmos.Common;

namespace Reservoir.Tests.Bench.Host;

/// <summary>A processor that never switches and is never interrupted: enough for a pool that one thread uses. Masking costs what it costs
/// in the machine.</summary>
internal sealed unsafe class HostProcessor : Processor
{
    public HostProcessor()
    {
        Gate.Open = 1;
    }

    public override ulong Timestamp => (ulong)Stopwatch.GetTimestamp();

    public override ulong TimestampFrequency => (ulong)Stopwatch.Frequency;

    public override void LetInterruptsIn()
    {
    }

    public override void SetTimer(ulong counts) => throw new NotSupportedException();

    public override void RequestInterruptEnd() => throw new NotSupportedException();

    public override void PrepareContext(ProcessorContext* context, int id, nuint stackBottom, nuint stackBytes) =>
        throw new NotSupportedException();

    public override void AdoptContext(ProcessorContext* context) => throw new NotSupportedException();

    public override void SwitchContext(ProcessorContext* from, ProcessorContext* to) => throw new NotSupportedException();

    public override void WaitForInterrupt() => throw new NotSupportedException();
}
