namespace Reservoir.Devices;

/// <summary>The machine's power, as services see it. Thread context; what has to be saved has to be saved before.</summary>
public abstract class PowerSwitch
{
    /// <summary>Whether the machine can be switched off.</summary>
    public abstract bool CanShutDown { get; }

    /// <summary>Switches the machine off. Returns only if that does not work.</summary>
    public abstract void ShutDown();

    /// <summary>Restarts the machine. Returns only if that does not work.</summary>
    public abstract void Reboot();

    /// <summary>Stops the machine for good, and reports a result to the emulator that runs it, if one does.</summary>
    /// <param name="passed">The result.</param>
    public abstract void Stop(bool passed);
}
