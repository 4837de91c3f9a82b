using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace Reservoir.Tests.Bench;

/// <summary>The file of figures: a list of <c>{"name", "unit", "value"}</c> in JSON.</summary>
internal static class FigureFile
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Writes figures.</summary>
    public static void Write(string file, IEnumerable<Figure> figures) =>
        File.WriteAllText(file, JsonSerializer.Serialize(figures, s_options) + "\n");

    /// <summary>Reads figures.</summary>
    /// <exception cref="InvalidDataException">The file isn't there, isn't a list of figures, or has a name twice; the message names it and
    /// says what is wrong.</exception>
    public static IReadOnlyList<Figure> Read(string file)
    {
        try
        {
            Figure[] figures =
                JsonSerializer.Deserialize<Figure[]>(File.ReadAllText(file),
                s_options) ?? throw new InvalidDataException($"{file}: no list of figures");
            string? twice = figures.GroupBy(figure => figure.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
            return twice is null ? figures : throw new InvalidDataException($"{file}: {twice} is there twice");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{file} is no list of figures: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{file}: {error.Message}", error);
        }
    }
}
