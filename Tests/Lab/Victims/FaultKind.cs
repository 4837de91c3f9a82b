namespace Reservoir.Lab.Victims;

/// <summary>Mistakes that a thread can be asked to make.</summary>
public enum FaultKind : byte
{
    /// <summary>Follows a null reference.</summary>
    Null,

    /// <summary>Throws an exception.</summary>
    Throw,

    /// <summary>Reads outside an array.</summary>
    Bounds,

    /// <summary>Divides by zero.</summary>
    Divide,

    /// <summary>Makes an object after the seal.</summary>
    Allocate,

    /// <summary>Calls itself until the stack is used up.</summary>
    Stack,
}
