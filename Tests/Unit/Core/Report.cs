using Xunit.Abstractions;
using Xunit.Sdk;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What a run of the tests tells besides verdicts: how much it has tried. Shown in every run (xunit.runner.json).</summary>
public sealed class Report(IMessageSink sink)
{
    public void Say(string line) => sink.OnMessage(new DiagnosticMessage(line));
}
