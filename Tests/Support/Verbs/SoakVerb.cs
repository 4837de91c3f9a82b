using System.CommandLine;

namespace Reservoir.Tests.Support.Verbs;

/// <summary><c>soak</c>: the tests with their long variants.</summary>
internal static class SoakVerb
{
    public static Command Create()
    {
        var verb = new Command("soak", "Runs the tests with their long variants.");
        verb.SetAction(_ => TestVerb.Run(isSoak: true));
        return verb;
    }
}
