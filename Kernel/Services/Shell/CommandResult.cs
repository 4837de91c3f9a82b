namespace Reservoir.Shell;

/// <summary>How a command ended.</summary>
public enum CommandResult : byte
{
    /// <summary>It has said what there was to say.</summary>
    Done,

    /// <summary>It did not understand its arguments and has said which; the shell adds the usage.</summary>
    BadArguments,
}
