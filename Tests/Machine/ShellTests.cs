using System;
using System.Linq;
using Xunit;

namespace Reservoir.Tests.Machine;

/// <summary>The dialogue, on the serial line and on screen and keyboard.</summary>
public sealed class ShellTests
{
    [Fact]
    public void CommandsTypedBeforeThePromptAreNotLost()
    {
        using Machine machine = Machine.Start(new MachineSetup());
        machine.Serial.Type("pools\nuptime\nmem plan\nthreads\nirq\nmem map\nlog\npci\nshutdown\n");
        Assert.Equal(0, machine.WaitForExit());
        Assert.Contains("nic-receive", machine.Serial.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown command", machine.Serial.Text, StringComparison.Ordinal);
        Assert.Equal(9, machine.Serial.Text.Split(SerialLine.Prompt).Length - 1);
    }

    [Fact]
    public void AReaderThatIsLateLosesNoCharacter()
    {
        using Machine machine = Machine.Boot(new MachineSetup());
        string expected = machine.Command("help");
        int mark = machine.Serial.Mark;
        machine.Serial.TypeAndLookAway("help\rhelp\rhelp\rmem plan\r", TimeSpan.FromMilliseconds(100));
        string said = machine.Serial.WaitFor("unchanged\n" + SerialLine.Prompt, mark);
        string helped = expected[..^SerialLine.Prompt.Length];
        Assert.Equal(4, said.Split(helped).Length);
        machine.ShutDown();
    }

    [Fact]
    public void EveryCommandOfTheHelpAnswers()
    {
        using var peer = new EthernetPeer();
        using var disk = new DiskImage();
        using Machine machine = Machine.Boot(new MachineSetup { NetworkPort = peer.Port, Disk = disk.Path });
        string help = machine.Command("help");
        foreach (string command in new[] { "pools", "mem", "threads", "irq", "pci", "net", "disk", "record", "selftest", "log", "reboot",
            "shutdown" })
        {
            Assert.Contains("\n" + command, "\n" + help, StringComparison.Ordinal);
        }

        foreach (string command in new[] { "pools", "mem", "threads", "irq", "pci", "net", "disk", "record", "selftest", "uptime" })
        {
            string answer = machine.Command(command);
            Assert.True(answer.Split('\n').Length >= 2, $"{command}: {answer}");
            Assert.DoesNotContain("usage", answer, StringComparison.Ordinal);
        }

        machine.ShutDown();
    }

    [Theory]
    [InlineData("foo", "unknown command 'foo'")]
    [InlineData("pols", "did you mean 'pools'")]
    [InlineData("disk read", "usage: disk")]
    [InlineData("disk read x", "usage: disk")]
    [InlineData("disk read 99999999999999999999999", "usage: disk")]
    [InlineData("net sideways", "usage: net")]
    [InlineData("mem everything", "usage: mem")]
    [InlineData("record show", "usage: record")]
    [InlineData("record format", "yes")]
    [InlineData("pools please", "usage: pools")]
    public void MistakeGetsAUsefulAnswer(string typed, string expected)
    {
        using var disk = new DiskImage();
        using var peer = new EthernetPeer();
        using Machine machine = Machine.Boot(new MachineSetup { Disk = disk.Path, NetworkPort = peer.Port });
        Assert.Contains(expected, machine.Command(typed), StringComparison.Ordinal);
    }

    [Fact]
    public void LineThatIsTooLongIsRefusedAsAWhole()
    {
        using Machine machine = Machine.Boot(new MachineSetup());
        Assert.Contains("longer", machine.Command("help " + new string('x', 300)), StringComparison.Ordinal);
        Assert.Contains("nic-receive", machine.Command("pools"), StringComparison.Ordinal);
    }

    [Fact]
    public void KeyboardAndScreenAreAShellToo()
    {
        using Machine machine = Machine.Boot(new MachineSetup());
        foreach (char key in "pools")
        {
            machine.Monitor.PressKey(key.ToString());
        }

        machine.Monitor.PressKey("ret");
        machine.WaitForScreen("reservoir> pools");
        machine.WaitForScreen("nic-receive");
    }

    [Fact]
    public void ScreenshotIsNotBlank()
    {
        using Machine machine = Machine.Boot(new MachineSetup());
        machine.WaitForScreen("reservoir>");
        byte[] picture = machine.TakeScreenshot();
        Assert.Equal("P6"u8.ToArray(), picture[..2]);
        Assert.True(picture.Skip(20).Distinct().Count() > 1, "all pixels are alike");
    }

    [Fact]
    public void PlanAndMapAgree()
    {
        using Machine machine = Machine.Boot(new MachineSetup());
        string plan = machine.Command("mem plan");
        string map = machine.Command("mem map");
        foreach (string line in plan.Split('\n').Skip(1).TakeWhile(line => !line.StartsWith("reserved", StringComparison.Ordinal)))
        {
            Assert.Contains(line.Split(' ')[0], map, StringComparison.Ordinal);
        }
    }
}
