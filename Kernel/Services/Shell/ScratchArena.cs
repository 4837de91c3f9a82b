namespace Reservoir.Shell;

/// <summary>
/// Memory for the objects that a command makes. The shell's thread allocates from it, and forgets all of it at the end of each line. The
/// image says where the memory is; a host needs none.
/// </summary>
public abstract class ScratchArena
{
    /// <summary>Makes the calling thread allocate from it, empty. Once at the thread's start, thread context.</summary>
    public abstract void Use();

    /// <summary>Forgets every object in it; none may be referred to any more. The thread that uses it.</summary>
    public abstract void Reset();
}
