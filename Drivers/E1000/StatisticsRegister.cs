namespace Reservoir.Drivers.E1000;

/// <summary>
/// One of the device's registers that count, summed up since boot.
/// </summary>
/// <remarks>
/// The manual (13.7) has them cleared by reading, and stuck at their maximum unless they are read in time. QEMU clears some and others
/// never. Which it is shows itself: where two readings, one right after the other, give less the second time, reading clears.
/// </remarks>
internal struct StatisticsRegister
{
    private readonly uint _register;
    private ulong _total;
    private uint _last;
    private bool _known;
    private bool _clears;

    /// <summary>Describes a register.</summary>
    /// <param name="register">Its offset.</param>
    /// <param name="name">Its name in the manual.</param>
    /// <param name="meaning">What it counts.</param>
    public StatisticsRegister(uint register, string name, string meaning)
    {
        this = default;
        _register = register;
        Name = name;
        Meaning = meaning;
    }

    /// <summary>Its name in the manual.</summary>
    public string Name { get; }

    /// <summary>What it counts.</summary>
    public string Meaning { get; }

    /// <summary>Reads it. Interrupts masked.</summary>
    /// <param name="registers">The device's registers.</param>
    /// <returns>What it has counted since boot.</returns>
    public ulong Read(RegisterWindow registers)
    {
        uint value = registers.Read(_register);
        if (!_known && value != 0)
        {
            Learn(value, registers.Read(_register));
        }
        else if (_clears)
        {
            _total += value;
        }
        else
        {
            _total += value - _last;
            _last = value;
        }

        return _total;
    }

    private void Learn(uint first, uint second)
    {
        _known = true;
        _clears = second < first;
        _total = _clears ? (ulong)first + second : second;
        _last = _clears ? 0 : second;
    }
}
