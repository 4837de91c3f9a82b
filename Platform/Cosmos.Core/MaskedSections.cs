
namespace Cosmos.Core;

/// <summary>
/// Counts the instructions of masked sections exactly: the processor stops after each instruction (trap flag, Intel SDM volume 3,
/// 18.3.1.4), and whatever runs while interrupts are held off is counted. For benchmarks; some hundred times slower than running freely.
/// </summary>
public static class MaskedSections
{
    private const ulong InterruptFlag = 0x200;

    private static bool s_counting;
    private static int s_length;
    private static nuint s_begin;

    /// <summary>The longest section since <see cref="Begin"/>, in instructions.</summary>
    public static int Longest { get; private set; }

    /// <summary>The instruction behind the one that began it.</summary>
    public static nuint LongestAt { get; private set; }

    /// <summary>Begins to count anew, in the thread that calls. Thread context.</summary>
    public static void Begin()
    {
        Longest = 0;
        LongestAt = 0;
        s_length = 0;
        s_counting = true;
        Native.SetTrapFlag(1);
    }

    /// <summary>Ends counting. The thread that began it.</summary>
    public static void End()
    {
        Native.SetTrapFlag(0);
        s_counting = false;
    }

    /// <summary>An instruction is over. True if that was expected.</summary>
    internal static unsafe bool Step(INTs.IRQContext* context)
    {
        if (!s_counting)
        {
            return false;
        }

        if (X86Processor.Instance.InterruptsMasked || (context->RFLAGS & InterruptFlag) == 0)
        {
            s_begin = s_length == 0 ? context->RIP : s_begin;
            s_length++;
        }
        else if (s_length != 0)
        {
            if (s_length > Longest)
            {
                Longest = s_length;
                LongestAt = s_begin;
            }

            s_length = 0;
        }

        return true;
    }
}
