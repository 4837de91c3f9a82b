using Reservoir.Network.Wire;
using Reservoir.Threads;
using Reservoir.Volume;

namespace Reservoir.SelfTest;

/// <summary>Sums whose answers are in the books: a wrong one here means that the machine computes wrongly, or was compiled so.</summary>
internal static class KnownAnswerTests
{
    /// <summary>The example of RFC 1071, section 3: the sum is DDF2h, the checksum its complement.</summary>
    public static string? InternetChecksumGivesTheKnownAnswer(ThreadContext context, SelfTestFixture fixture)
    {
        return InternetChecksum.Compute([0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]) == 0x220D ? null : "another sum";
    }

    /// <summary>The check value that every description of CRC-32C gives.</summary>
    public static string? RecordChecksumGivesTheKnownAnswer(ThreadContext context, SelfTestFixture fixture)
    {
        return Crc32C.Compute("123456789"u8) == 0xE306_9283 ? null : "another sum";
    }
}
