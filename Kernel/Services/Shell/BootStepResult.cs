namespace Reservoir.Shell;

/// <summary>How the boot goes on after a step.</summary>
public enum BootStepResult : byte
{
    /// <summary>With the next step, and at last with the prompt.</summary>
    Continue,

    /// <summary>The machine is switched off: the boot was for this step only.</summary>
    ShutDown,

    /// <summary>The machine stops and reports success to the emulator.</summary>
    StopPassed,

    /// <summary>The machine stops and reports failure to the emulator.</summary>
    StopFailed,
}
