using System;
using System.Collections.Generic;
using System.Linq;

namespace Cosmos.Build.Symbols;

/// <summary>Turns ILC's mangled names into names that a C# programmer recognises.</summary>
internal sealed class SymbolNames
{
    private const string ClassLibrary = "S_P_CoreLib_";

    private readonly string[] _prefixes;

    /// <summary>Knows the names of a kernel.</summary>
    /// <param name="assemblies">The names of its assemblies; the class library is known without.</param>
    public SymbolNames(IEnumerable<string> assemblies)
    {
        // The longest first: one assembly's name can be the beginning of another's.
        _prefixes = [.. assemblies.Select(Mangle).Append(ClassLibrary).OrderByDescending(prefix => prefix.Length)];
    }

    /// <summary>
    /// Drops the assembly's prefix and turns the type and method separators into dots. What it doesn't recognise stays as it is.
    /// </summary>
    /// <param name="mangled">A symbol of the image.</param>
    public string Readable(string mangled)
    {
        string name = mangled;
        if (name.StartsWith("_ZTV", StringComparison.Ordinal))
        {
            name = name[4..].TrimStart("0123456789".ToCharArray());
        }

        foreach (string prefix in _prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                int method = name.IndexOf("__", prefix.Length, StringComparison.Ordinal);
                string type = method < 0 ? name[prefix.Length..] : name[prefix.Length..method];
                return type.Replace('_', '.') + (method < 0 ? "" : "." + name[(method + 2)..]);
            }
        }

        return name;
    }

    /// <summary>What ILC writes before the types of an assembly.</summary>
    private static string Mangle(string assembly) => string.Concat(assembly.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')) + "_";
}
