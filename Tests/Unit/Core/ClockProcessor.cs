using System;
using Cosmos.Common;

namespace Reservoir.Tests.Unit.Core;

/// <summary>A processor that only has a counter: for drivers that measure time.</summary>
internal abstract unsafe class ClockProcessor : Processor
{
    public abstract ulong Now { get; }

    public override ulong Timestamp => Now;

    public override ulong TimestampFrequency => 1_000_000_000;

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
