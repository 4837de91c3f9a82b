using Reservoir.Options;

namespace Reservoir.Lab;

/// <summary>The options of the lab's image: those of the product, and those for measurements and demonstrations.</summary>
public sealed class LabOptions : KernelOptions
{
    private const int UsualSamples = 100_000;
    private const int MostSamples = 100_000_000;

    private readonly ChoiceOption _bench =
        new("bench", "measure and switch off: operations by instructions, or the latency under load", "none", "only", "latency");

    private readonly NumberOption _samples = new("samples", "with bench=latency: how many samples", 1, MostSamples, UsualSamples);

    /// <summary>Describes the options; each has its default.</summary>
    public LabOptions()
    {
        Add(_bench);
        Add(_samples);
        Add(DemoDisk);
    }

    /// <summary>Whether the operations are measured: <c>bench=only</c>.</summary>
    public bool MeasuresOperations => _bench.Chosen == 1;

    /// <summary>Whether the latency under load is measured: <c>bench=latency</c>.</summary>
    public bool MeasuresLatency => _bench.Chosen == 2;

    /// <summary>How many samples of the latency are taken.</summary>
    public int Samples => _samples.Value;

    /// <summary>The drive whose content demonstrations may overwrite; none if not given.</summary>
    public DriveOption DemoDisk { get; } = new("demo-disk", "the drive that demonstrations may overwrite; all on it is lost");
}
