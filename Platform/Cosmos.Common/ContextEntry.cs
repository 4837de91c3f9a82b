namespace Cosmos.Common;

/// <summary>The first code that a prepared context runs, with interrupts masked. It must not return.</summary>
/// <param name="id">The number given to <see cref="Processor.PrepareContext"/>.</param>
[MayAllocate("a thread's own code may, in its scratch arena")]
public delegate void ContextEntry(int id);
