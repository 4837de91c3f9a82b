namespace Cosmos.System;

/// <summary>The base class of a kernel: derive from it, override <see cref="BeforeRun"/> and <see cref="Run"/>.</summary>
public abstract class Kernel
{
    /// <summary>Runs the kernel.</summary>
    public virtual void Start()
    {
        BeforeRun();
        Run();
    }

    /// <summary>Once, before the first <see cref="Run"/>.</summary>
    protected virtual void BeforeRun()
    {
    }

    /// <summary>Again and again until the kernel stops.</summary>
    protected abstract void Run();
}
