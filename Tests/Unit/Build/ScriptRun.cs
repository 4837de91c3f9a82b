using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using Reservoir.Tests.Support;

namespace Reservoir.Tests.Unit.Build;

/// <summary>
/// build.ps1 run inside the test's own process: <c>dotnet</c> is a function that records how it was called and answers as the test says.
/// The few commands of
/// PowerShell's management module that the script uses are not in the engine, so they are functions as well.
/// </summary>
internal sealed class ScriptRun
{
    private const string Stage = """
        function global:Push-Location($path) { $global:places.Add("push $path") }
        function global:Pop-Location { $global:places.Add("pop") }
        """;

    private const string DotnetFunction = """
        function global:dotnet {
            $global:calls.Add([string[]]$args)
            $global:LASTEXITCODE = if ($args[0] -eq 'build') { $global:buildStatus } else { $global:programStatus }
            if ($args[0] -eq 'build') { "what the build said" }
        }
        """;

    /// <summary>The script in the checkout.</summary>
    public static string ScriptPath { get; } = Path.Combine(Repository.Root, "build.ps1");

    /// <summary>Whether there is a <c>dotnet</c>.</summary>
    public bool HasDotnet { get; init; } = true;

    /// <summary>Exit status of <c>dotnet build</c>.</summary>
    public int BuildStatus { get; init; }

    /// <summary>Exit status of the build program.</summary>
    public int ProgramStatus { get; init; }

    /// <summary>The calls of <c>dotnet</c>, with their arguments.</summary>
    public List<string[]> Calls { get; } = [];

    /// <summary>Where the script went.</summary>
    public List<string> Places { get; } = [];

    /// <summary>What the script wrote to the error stream of the process.</summary>
    public string Errors { get; private set; } = "";

    /// <summary>The script's exit status.</summary>
    public int Status { get; private set; }

    /// <summary>Runs the script.</summary>
    /// <param name="arguments">What the user wrote behind its name.</param>
    public ScriptRun Invoke(params string[] arguments)
    {
        string? path = Environment.GetEnvironmentVariable("PATH");
        TextWriter errors = System.Console.Error;
        var captured = new StringWriter();
        try
        {
            // Nothing of the host may answer in place of the functions.
            Environment.SetEnvironmentVariable("PATH", "");
            System.Console.SetError(captured);
            using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
            runspace.Open();
            Set(runspace, "calls", Calls);
            Set(runspace, "places", Places);
            Set(runspace, "buildStatus", BuildStatus);
            Set(runspace, "programStatus", ProgramStatus);
            Execute(runspace, Stage);
            if (HasDotnet)
            {
                Execute(runspace, DotnetFunction);
            }

            Set(runspace, "given", arguments);
            Execute(runspace, $"& '{ScriptPath}' @given");
            Status = (int)runspace.SessionStateProxy.GetVariable("LASTEXITCODE");
        }
        finally
        {
            System.Console.SetError(errors);
            Environment.SetEnvironmentVariable("PATH", path);
        }

        Errors = captured.ToString();
        return this;
    }

    private static void Set(Runspace runspace, string name, object value) =>
        runspace.SessionStateProxy.SetVariable("global:" + name, value);

    private static void Execute(Runspace runspace, string text)
    {
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddScript(text).Invoke();
        if (shell.HadErrors && shell.Streams.Error.Count != 0)
        {
            throw new InvalidOperationException(string.Join('\n', shell.Streams.Error.Select(error => error.ToString())));
        }
    }
}
