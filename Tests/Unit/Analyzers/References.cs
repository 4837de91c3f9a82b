using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Reservoir.Tests.Unit.Analyzers;

/// <summary>What a compiled text refers to. Each assembly is read once, whatever the number of tests.</summary>
internal static class References
{
    private static readonly string[] s_libraries =
        ["System.Private.CoreLib", "System.Runtime", "System.Collections", "System.Linq", "System.Linq.Expressions", "Microsoft.CSharp"];
    private static readonly ConcurrentDictionary<string, MetadataReference> s_known = new();

    /// <summary>The class library that runs the tests, and more.</summary>
    /// <param name="types">A type of each further assembly.</param>
    public static IEnumerable<MetadataReference> To(params Type[] types)
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        IEnumerable<string> files =
            s_libraries.Select(name => Path.Combine(folder, name + ".dll")).Concat(types.Select(type => type.Assembly.Location));
        return files.Distinct().Select(file => s_known.GetOrAdd(file, path => MetadataReference.CreateFromFile(path)));
    }
}
