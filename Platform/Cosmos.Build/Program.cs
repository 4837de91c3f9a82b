using System;
using Cosmos.Build.Symbols;

namespace Cosmos.Build;

/// <summary>The build's own tool: what MSBuild and the wrappers call.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["symbols", string elf, string output])
        {
            return SymbolTableWriter.Run(elf, output);
        }

        Console.Error.WriteLine("usage: Cosmos.Build symbols KERNEL.ELF OUTPUT");
        return 2;
    }
}
