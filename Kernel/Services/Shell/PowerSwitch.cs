namespace Reservoir.Shell;

/// <summary>The machine's power, as the shell sees it.</summary>
public abstract class PowerSwitch
{
    /// <summary>Whether the machine can be switched off.</summary>
    public abstract bool CanShutDown { get; }

    /// <summary>Switches the machine off. Returns only if that does not work.</summary>
    public abstract void ShutDown();

    /// <summary>Restarts the machine. Returns only if that does not work.</summary>
    public abstract void Reboot();
}
