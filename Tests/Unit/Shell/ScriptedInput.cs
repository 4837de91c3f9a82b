using System.Collections.Generic;
using System.Text;
using Cosmos.Common;
using Reservoir.Console;
using Reservoir.Shell;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Shell;

/// <summary>Types what it was told to, then ends.</summary>
internal sealed class ScriptedInput : ShellInput
{
    private readonly Queue<byte> _bytes = new();

    public void Type(string text)
    {
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            _bytes.Enqueue(value);
        }
    }

    /// <summary>Messages of other threads: whole lines.</summary>
    public string Messages { get; set; } = "";

    public override void ShowMessages(TextOutput output)
    {
        output.Write(Messages);
        Messages = "";
    }

    public override bool TryRead(ThreadContext context, out byte value) => _bytes.TryDequeue(out value);
}
