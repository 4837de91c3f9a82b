using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;
using Reservoir.Tests.Support;
using Xunit;

namespace Reservoir.Tests.Unit.Architecture;

/// <summary>Imports only look down, read from the compiled assemblies; and the same check goes red for what it must not let
/// through.</summary>
public sealed class LayerTests
{
    /// <summary>All namespaces, lowest first. Each may use those before it. docs/architecture.md draws it. The first is the class
    /// library's: two attributes that its compiler looks for there are declared in Cosmos.Core.</summary>
    private static readonly string[] s_order =
    [
        "System.Runtime",
        "Cosmos.Common",
        "Cosmos.Core",
        "Cosmos.Core.Multiboot",
        "Cosmos.Core.Runtime",
        "Cosmos.HAL.Network",
        "Cosmos.HAL",
        "Cosmos.HAL.BlockDevice",
        "Cosmos.System",
        "Reservoir.Time",
        "Reservoir.Memory",
        "Reservoir.Threads",
        "Reservoir.Pools",
        "Reservoir.Devices",
        "Reservoir.Network.Wire",
        "Reservoir.Network.Ip",
        "Reservoir.Network.Udp",
        "Reservoir.Network.Dhcp",
        "Reservoir.Network",
        "Reservoir.Volume",
        "Reservoir.Partitions",
        "Reservoir.Recorder",
        "Reservoir.Console",
        "Reservoir.SelfTest",
        "Reservoir.Shell",
        "Reservoir.Shell.Commands",
        "Reservoir.Drivers.Ata",
        "Reservoir.Drivers.E1000",
        "Reservoir.Options",
        "Reservoir",
        "Reservoir.Lab.Faults",
        "Reservoir.Lab.Benchmarks",
        "Reservoir.Lab.Benchmarks.Frames",
        "Reservoir.Lab.Benchmarks.Latency",
        "Reservoir.Lab.Benchmarks.ThreadMetric",
        "Reservoir.Lab.Storms",
        "Reservoir.Lab.Victims",
        "Reservoir.Lab.Demo",
        "Reservoir.Lab.Commands",
        "Reservoir.Lab",
    ];

    [Fact]
    public void ImportsOnlyLookDownToNamespaces()
    {
        List<string> broken = new LayerRules(s_order).Check(Read("*.dll"));
        Assert.True(broken.Count == 0, string.Join(Environment.NewLine, broken));
    }

    [Fact]
    public void EveryNamespaceOfTheOrderIsThere()
    {
        IReadOnlyCollection<string> there = new NamespaceGraph(Read("*.dll")).Namespaces;
        Assert.Empty(s_order.Except(there));
    }

    [Fact]
    public void NoServiceKnowsADriver()
    {
        string[] drivers = [.. Read("Reservoir.Drivers.*.dll").Select(a => a.Name.Name)];
        Assert.NotEmpty(drivers);
        foreach (AssemblyDefinition assembly in Read("*.dll").Where(a => !drivers.Contains(a.Name.Name)))
        {
            bool isImage = assembly.Name.Name is "Reservoir" || assembly.Name.Name.StartsWith("Reservoir.Lab", StringComparison.Ordinal);
            Assert.True(isImage || !assembly.MainModule.AssemblyReferences.Any(r => drivers.Contains(r.Name)), assembly.Name.Name);
        }
    }

    [Fact]
    public void ThePlatformNamesNoProduct()
    {
        List<string> found = [.. Read("Cosmos.*.dll").SelectMany(a => LayerRules.FindName(a, "reservoir"))];
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public void NoFileOfThePlatformNamesTheProduct()
    {
        string[] found =
        [
            .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "Platform"), "*", SearchOption.AllDirectories)
                .Where(f => f.Contains("reservoir", StringComparison.OrdinalIgnoreCase)
                    || File.ReadAllText(f).Contains("reservoir", StringComparison.OrdinalIgnoreCase)),
        ];
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("namespace Low { class A { High.B? _b; } } namespace High { class B { } }", "Low uses High, which is above it: in Low.A")]
    [InlineData("namespace Low { class A { object M() => new High.B(); } } namespace High { class B { } }", "Low uses High")]
    [InlineData("namespace Low { class A { int M() => High.B.F; } } namespace High { class B { public static int F; } }", "Low uses High")]
    [InlineData("namespace Low { class A : High.B { } } namespace High { class B { } }", "Low uses High")]
    [InlineData("namespace Low { class A { void M(High.B[] b) { } } } namespace High { class B { } }", "Low uses High")]
    [InlineData("namespace Low { class A<T> where T : High.B { } } namespace High { class B { } }", "Low uses High")]
    [InlineData("namespace Low { class A { class N { High.B? _b; } } } namespace High { class B { } }", "Low uses High")]
    [InlineData("namespace Low { class A { System.Func<int> M() => () => High.B.F; } } namespace High { class B { public static int F; } }",
        "Low uses High")]
    public void APlantedUpwardUseIsFound(string source, string said)
    {
        List<string> broken = new LayerRules(["Low", "High"]).Check([Compile(source)]);
        Assert.Contains(broken, b => b.StartsWith(said, StringComparison.Ordinal));
    }

    [Fact]
    public void APlantedCircleIsFound()
    {
        const string source = """
            namespace A { class X { B.Y? _y; } }
            namespace B { class Y { C.Z? _z; } }
            namespace C { class Z { A.X? _x; } }
            """;
        List<string> broken = new LayerRules(["A", "B", "C"]).Check([Compile(source)]);
        Assert.Contains("a circle: A uses B uses C uses A", broken);
    }

    [Fact]
    public void APlantedNamespaceWithoutAPlaceIsFound() =>
        Assert.Equal(["New has no place in the order of layers"],
            new LayerRules(["Old"]).Check([Compile("namespace New { class A { } }")]));

    [Fact]
    public void DownwardUsesAreNoFault() =>
        Assert.Empty(
            new LayerRules(["Low", "High"]).Check([Compile("namespace High { class A { Low.B? _b; } } namespace Low { class B { } }")]));

    [Theory]
    [InlineData("namespace P { class A { string M() => \"the Reservoir kernel\"; } }")]
    [InlineData("namespace P { class A { System.ReadOnlySpan<byte> M() => \"opt/reservoir/cmdline\"u8; } }")]
    [InlineData("namespace P { class ReservoirThing { } }")]
    [InlineData("namespace P { class A { int _reservoirs; } }")]
    [InlineData("[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Reservoir.Tests\")]")]
    public void APlantedProductsNameIsFound(string source) => Assert.NotEmpty(LayerRules.FindName(Compile(source), "reservoir"));

    private static List<AssemblyDefinition> Read(string pattern)
    {
        string folder = Path.Combine(Repository.Artifacts, "bin", "Reservoir.Lab", "debug");
        var assemblies = new List<AssemblyDefinition>();
        foreach (string file in Directory.EnumerateFiles(folder, pattern))
        {
            string name = Path.GetFileName(file);
            if (name.StartsWith("Cosmos.", StringComparison.Ordinal) || name.StartsWith("Reservoir", StringComparison.Ordinal))
            {
                assemblies.Add(AssemblyDefinition.ReadAssembly(file));
            }
        }

        Assert.NotEmpty(assemblies);
        return assemblies;
    }

    private static AssemblyDefinition Compile(string source)
    {
        MetadataReference[] references = [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)];
        var options =
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create("planted", [CSharpSyntaxTree.ParseText(source)], references, options);
        var image = new MemoryStream();
        Assert.Empty(compilation.Emit(image).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
        image.Position = 0;
        return AssemblyDefinition.ReadAssembly(image);
    }
}
