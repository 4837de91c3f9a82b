using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Core;

/// <summary>What a thread of a test does.</summary>
internal delegate void ThreadScript(ThreadContext context);

/// <summary>A thread's body that follows a script.</summary>
internal sealed class ScriptedBody(ThreadScript script) : ThreadBody
{
    public override void Run(ThreadContext context) => script(context);
}
