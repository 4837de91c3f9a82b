using System;
using System.IO;
using System.Text.Json;
using Reservoir.Tests.Bench;
using Xunit;

namespace Reservoir.Tests.Unit.Build.Bench;

/// <summary>The file of figures: what others read, and what is refused.</summary>
public sealed class FigureFileTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    [Fact]
    public void WrittenFiguresAreReadBack()
    {
        Figure[] figures = [new("disk-dma-4k", "MB/s", 79.5), new("pool-nonblocking-pair", "instructions", 88)];
        FigureFile.Write(_file, figures);
        Assert.Equal(figures, FigureFile.Read(_file));
    }

    [Fact]
    public void FileIsAListOfNameUnitAndValue()
    {
        FigureFile.Write(_file, [new Figure("a", "instructions", 88)]);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(_file));
        JsonElement figure = Assert.Single(document.RootElement.EnumerateArray());
        Assert.Equal("a", figure.GetProperty("name").GetString());
        Assert.Equal("instructions", figure.GetProperty("unit").GetString());
        Assert.Equal(88, figure.GetProperty("value").GetDouble());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{\"name\":\"a\",\"value\":1}]")]
    [InlineData("[{\"name\":\"a\",\"unit\":null,\"value\":1}]")]
    [InlineData("[{\"name\":\"a\",\"unit\":\"u\",\"value\":\"much\"}]")]
    [InlineData("[{\"name\":\"a\",\"unit\":\"u\"}]")]
    [InlineData("[{\"name\":\"a\",\"unit\":\"u\",\"value\":1},{\"name\":\"a\",\"unit\":\"u\",\"value\":2}]")]
    public void WhatIsNoListOfFiguresIsRefusedWithTheNameOfTheFile(string content)
    {
        File.WriteAllText(_file, content);
        Assert.Contains(_file, Assert.Throws<InvalidDataException>(() => FigureFile.Read(_file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FileThatIsNotThereIsNamed()
    {
        string missing = _file + ".missing";
        Assert.Contains(missing, Assert.Throws<InvalidDataException>(() => FigureFile.Read(missing)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);
}
