using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using Xunit;
using Xunit.Abstractions;

namespace Reservoir.Tests.Machine;

/// <summary>QEMU's blkdebug fails the n-th read, write or flush of the disk: the caller gets an error or the retry succeeds; never wrong
/// data, never a hang.</summary>
public sealed class DiskInjectionTests(ITestOutputHelper output)
{
    private const int Operations = 50;
    private const int Strides = 5;

    /// <summary>Before the machine starts QEMU itself looks into the disk for its geometry.</summary>
    private const int EmulatorsReads = 1;

    private const string Test = "disk test 5000 12000 yes";

    private static bool IsSoak => Environment.GetEnvironmentVariable("RESERVOIR_SOAK") is not null;

    /// <summary>Each of the first operations fails in one of the boots; further ones fail right behind it in some, so that retries run out,
    /// too.</summary>
    [Theory]
    [InlineData("read", "")]
    [InlineData("write", "")]
    [InlineData("flush", "")]
    [InlineData("read", "disk=pio")]
    [InlineData("write", "disk=pio")]
    public void ErrorsAtManyOperationsAreErrorsOrAreRetriedButNeverWrongData(string kind, string option)
    {
        int strides = IsSoak ? Strides : 2;
        for (int stride = 0; stride < strides; stride++)
        {
            var text = new StringBuilder();
            for (int i = 1; i <= Operations; i++)
            {
                bool isRepeated = i > Operations / 2 && i % Strides != (stride + 4) % Strides && i % Strides != (stride + 3) % Strides;
                text.Append(Rule(kind, i, i % Strides == stride || isRepeated));
            }

            using var disk = new DiskImage();
            using var rules = new ErrorRules(text.ToString());
            using Machine machine = Machine.Boot(new MachineSetup { DiskFile = rules.Over(disk), CommandLine = option });
            for (int run = 0; run < RunsFor(kind); run++)
            {
                Assert.Contains(" compared, 0 wrong\n", machine.Command(Test), StringComparison.Ordinal);
            }

            Assert.True(CountFailed(machine, kind) >= Operations / Strides, "the rules were not followed");
            AssertDiskIsAsGoodAsNew(machine, disk);
        }
    }

    /// <summary>One boot for each operation; the reads of the firmware and the boot loader count, too. All of them in a soak, some
    /// otherwise.</summary>
    [Theory]
    [InlineData("read", "")]
    [InlineData("write", "")]
    [InlineData("flush", "")]
    [InlineData("read", "disk=pio")]
    [InlineData("write", "disk=pio")]
    [InlineData("flush", "disk=pio")]
    public void ErrorAtEachOfTheFirstOperationsInTurnIsAnErrorOrIsRetried(string kind, string option)
    {
        int[] numbers = IsSoak ? [.. Enumerable.Range(1, Operations)] : option.Length == 0 ? [7, Operations] : [18];
        foreach (int number in numbers)
        {
            using var disk = new DiskImage();
            int counted = kind == "read" ? number + EmulatorsReads : number;
            using var rules = new ErrorRules(string.Concat(Enumerable.Range(1, counted).Select(i => Rule(kind, i, i == counted))));
            using Machine machine = Machine.Boot(new MachineSetup { DiskFile = rules.Over(disk), CommandLine = option });
            int failedFlushes = 0;
            for (int run = 0; run < RunsFor(kind); run++)
            {
                string report = machine.Command(Test);
                Assert.Contains(" compared, 0 wrong\nfailed: 0 writes, ", report, StringComparison.Ordinal);
                Assert.Contains(" flushes, 0 reads; ", report, StringComparison.Ordinal);
                failedFlushes += report.Contains("failed: 0 writes, 1 flushes", StringComparison.Ordinal) ? 1 : 0;
            }

            // The recorder flushes when it formats the disk, the test afterwards; a flush is not tried again.
            bool isRecorders = machine.Serial.Text.Contains("record format yes", StringComparison.Ordinal);
            Assert.True(CountFailed(machine, kind) == 1, $"{kind} {number} did not fail");
            Assert.Equal(kind == "flush" && !isRecorders ? 1 : 0, failedFlushes);
            AssertDiskIsAsGoodAsNew(machine, disk);
        }

        output.WriteLine($"figures: {kind} {option}: {numbers.Length} boots, one failed operation each, 0 sectors wrong");
    }

    /// <summary>A run has 47 reads, as many writes, and 12 flushes; some more runs get over the retries.</summary>
    private static int RunsFor(string kind) => kind == "flush" ? 5 : 3;

    private static void AssertDiskIsAsGoodAsNew(Machine machine, DiskImage disk)
    {
        Assert.Contains("12000 compared, 0 wrong\nfailed: 0 writes, 0 flushes, 0 reads", machine.Command(Test), StringComparison.Ordinal);
        machine.ShutDown();
        DiskTests.AssertPattern(disk.Read(), 5000, 12000);
    }

    /// <summary>Counts an operation, and fails it.</summary>
    private static string Rule(string kind, int number, bool fails)
    {
        string operation = kind == "flush" ? "flush_to_disk" : kind + "_aio";
        string counted =
            string.Create(CultureInfo.InvariantCulture,
            $"[set-state]\nevent = \"{operation}\"\nstate = \"{number}\"\nnew_state = \"{number + 1}\"\n");
        string injected =
            string.Create(CultureInfo.InvariantCulture,
            $"[inject-error]\nevent = \"{operation}\"\niotype = \"{kind}\"\nstate = \"{number}\"\nerrno = \"5\"\nonce = \"on\"\n");
        return fails ? counted + injected : counted;
    }

    /// <summary>How many operations of a kind QEMU itself has seen fail on the hard disk.</summary>
    private static int CountFailed(Machine machine, string kind)
    {
        string name = kind switch { "read" => "failed_rd_operations", "write" => "failed_wr_operations", _ => "failed_flush_operations" };
        using JsonDocument answer = JsonDocument.Parse(machine.Monitor.Execute("query-blockstats", null));
        return answer.RootElement.EnumerateArray().Sum(device => device.GetProperty("stats").GetProperty(name).GetInt32());
    }
}
