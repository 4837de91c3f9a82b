using System.CommandLine;
using System.Globalization;
using Reservoir.Tests.Bench;

namespace Reservoir.Tests.Support.Verbs;

/// <summary>The options of <c>bench</c>.</summary>
internal sealed class BenchOptions
{
    private const int DefaultSamples = 100_000;

    private readonly Option<bool> _kernel =
        new("--kernel") { Description = "Only this part: the kernel's operations, Thread-Metric and latencies, in guest instructions." };
    private readonly Option<bool> _linux =
        new("--linux") { Description = "Only this part: frames, disk and boot by the clock, beside Debian's Linux in the same QEMU." };
    private readonly Option<bool> _host =
        new("--host") { Description = "Only this part: the pool's assembly on the host, beside ArrayPool, ConcurrentQueue and DPDK." };
    private readonly Option<int> _samples =
        new("--samples") { Description = "Samples of the latency under load.", DefaultValueFactory = _ => DefaultSamples };
    private readonly Option<string?> _compare = new("--compare") { Description = "A file of earlier figures: shows what has moved since." };
    private readonly Option<string?> _figures = new("--figures") { Description = "Measures nothing: takes the figures from this file." };

    /// <summary>Adds them to a verb.</summary>
    public BenchOptions(Command verb)
    {
        _samples.Validators.Add(result =>
        {
            // What is no number has its own error, and asking for it as a number here would throw.
            if (result.Tokens is [{ Value: string text }] && int.TryParse(text, CultureInfo.InvariantCulture, out int samples)
                && samples < 1)
            {
                result.AddError("--samples: at least 1");
            }
        });
        verb.Options.Add(_kernel);
        verb.Options.Add(_linux);
        verb.Options.Add(_host);
        verb.Options.Add(_samples);
        verb.Options.Add(_compare);
        verb.Options.Add(_figures);
    }

    /// <summary>What was asked for.</summary>
    public BenchRequest Read(ParseResult result)
    {
        bool kernel = result.GetValue(_kernel);
        bool linux = result.GetValue(_linux);
        bool host = result.GetValue(_host);
        bool all = !kernel && !linux && !host;
        return new BenchRequest(all || kernel, all || linux, all || host, result.GetValue(_samples), result.GetValue(_compare),
            result.GetValue(_figures));
    }
}
