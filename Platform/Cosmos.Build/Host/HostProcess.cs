using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;

namespace Cosmos.Build.Host;

/// <summary>Runs other programs.</summary>
internal static class HostProcess
{
    private const int TailLines = 30;

    /// <summary>Runs a program with this one's terminal, input included, in the current folder.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="environment">Variables to add.</param>
    /// <returns>Its exit status.</returns>
    public static int Run(IReadOnlyList<string> command, params (string Name, string Value)[] environment)
    {
        using Process process = Start(command, redirect: false, environment);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Runs a program and shows nothing unless it fails; then the end of its output is shown.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="log">The file that keeps its whole output.</param>
    /// <param name="environment">Variables to add.</param>
    /// <returns>Its exit status.</returns>
    public static int RunQuietly(IReadOnlyList<string> command, string log, params (string Name, string Value)[] environment)
    {
        List<string> lines = [];
        using Process process = Start(command, redirect: true, environment);
        process.OutputDataReceived += (_, line) => Keep(lines, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(lines, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        File.WriteAllLines(log, lines);
        if (process.ExitCode != 0)
        {
            Console.Error.WriteLine(
                $"{string.Join(' ', command.Take(3))} failed with status {process.ExitCode}; its whole output is in {log}. The end:");
            foreach (string line in lines.TakeLast(TailLines))
            {
                Console.Error.WriteLine("  " + line);
            }
        }

        return process.ExitCode;
    }

    private static void Keep(List<string> lines, string? line)
    {
        if (line is not null)
        {
            lock (lines)
            {
                lines.Add(line);
            }
        }
    }

    private static Process Start(IReadOnlyList<string> command, bool redirect, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardOutput = redirect,
            RedirectStandardError = redirect,
            RedirectStandardInput = redirect,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start");
        if (redirect)
        {
            process.StandardInput.Close();
        }

        return process;
    }
}
