using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Reservoir.Tests.Bench;

/// <summary>What has become of one name between two lists of figures.</summary>
/// <param name="Name">The name.</param>
/// <param name="Unit">The unit, after; before, if it is gone.</param>
/// <param name="Before">The value before; null if the name is new.</param>
/// <param name="After">The value after; null if the name is gone.</param>
internal sealed record Comparison(string Name, string Unit, double? Before, double? After)
{
    /// <summary>Whether it is not what it was.</summary>
    public bool HasMoved => Before != After;

    /// <summary>What has become of it, in a word: <c>new</c>, <c>gone</c>, or by how many percent it has moved.</summary>
    public string Change => this switch
    {
        { Before: null } => "new",
        { After: null } => "gone",
        { HasMoved: false } => "same",
        { Before: 0 } => "from 0",
        _ => ((After.Value - Before.Value) / System.Math.Abs(Before.Value)).ToString("+0.0 %;-0.0 %;+0.0 %", CultureInfo.InvariantCulture),
    };

    /// <summary>Compares two lists, in the order of the second; what is gone comes last. A name whose unit has changed is gone and
    /// new.</summary>
    public static IReadOnlyList<Comparison> Of(IReadOnlyList<Figure> before, IReadOnlyList<Figure> after)
    {
        IEnumerable<Comparison> kept =
            after.Select(figure => new Comparison(figure.Name, figure.Unit, Find(before, figure)?.Value, figure.Value));
        IEnumerable<Comparison> gone =
            before.Where(figure => Find(after, figure) is null).Select(figure =>
            new Comparison(figure.Name, figure.Unit, figure.Value, null));
        return [.. kept, .. gone];
    }

    private static Figure? Find(IReadOnlyList<Figure> figures, Figure like) =>
        figures.FirstOrDefault(figure => figure.Name == like.Name && figure.Unit == like.Unit);
}
