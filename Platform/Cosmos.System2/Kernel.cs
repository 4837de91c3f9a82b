namespace Cosmos.System;

/// <summary>
/// The base class of a kernel. The build makes one instance of the class named by <c>KernelClass</c> and calls <see cref="Start"/> as soon
/// as managed code runs: paging, faults and the boot arena are there, interrupts are off, no device has been touched.
/// </summary>
public abstract class Kernel
{
    /// <summary>True from the first <see cref="Run"/> on.</summary>
    protected bool mStarted;

    /// <summary>True after <see cref="Stop"/>.</summary>
    protected bool mStopped;

    /// <summary>Runs the kernel: <see cref="OnBoot"/>, <see cref="BeforeRun"/>, <see cref="Run"/> until <see cref="Stop"/>,
    /// <see cref="AfterRun"/>.</summary>
    public virtual void Start()
    {
        OnBoot();
        BeforeRun();
        mStarted = true;
        while (!mStopped)
        {
            Run();
        }

        AfterRun();
    }

    /// <summary>Ends the loop after the current <see cref="Run"/>.</summary>
    public void Stop() => mStopped = true;

    /// <summary>First of all: what must be there before any service. Boot context.</summary>
    protected virtual void OnBoot()
    {
    }

    /// <summary>Once, before the first <see cref="Run"/>: services. Boot context.</summary>
    protected virtual void BeforeRun()
    {
    }

    /// <summary>The kernel's work, called again and again.</summary>
    protected abstract void Run();

    /// <summary>Once, after the last <see cref="Run"/>: switches the machine off, unless a kernel overrides it. If this returns, nothing is
    /// left to do, and the boot ends in a panic that says so.</summary>
    protected virtual void AfterRun() => Power.Shutdown();
}
