using System;
using System.Collections.Generic;
using System.Text;
using Cosmos.Common;

namespace Reservoir.Tests.Unit.Volume;

/// <summary>Keeps everything that is written.</summary>
internal sealed class TextBuffer : TextOutput
{
    private readonly List<byte> _bytes = new();

    public string Text => Encoding.UTF8.GetString(_bytes.ToArray());

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Clear() => _bytes.Clear();

    public override void Write(ReadOnlySpan<byte> utf8) => _bytes.AddRange(utf8.ToArray());
}
