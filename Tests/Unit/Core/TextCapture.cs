using System;
using System.Text;
using Cosmos.Common;

namespace Reservoir.Tests.Unit.Core;

/// <summary>Keeps what is written.</summary>
internal sealed class TextCapture : TextOutput
{
    private readonly StringBuilder _text = new();

    public string[] Lines => _text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public override void Write(ReadOnlySpan<byte> utf8) => _text.Append(Encoding.UTF8.GetString(utf8));

    public override string ToString() => _text.ToString();
}
