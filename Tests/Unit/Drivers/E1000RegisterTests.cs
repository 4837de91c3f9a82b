using System.Reflection;
using Reservoir.Drivers.E1000;
using Xunit;

namespace Reservoir.Tests.Unit.Drivers;

/// <summary>Register offsets and bits, against the tables of the 8254x manual (13.2 and the sections of each register).</summary>
public sealed class E1000RegisterTests
{
    [Theory]
    [InlineData(E1000Registers.CTRL, 0x00000)]
    [InlineData(E1000Registers.STATUS, 0x00008)]
    [InlineData(E1000Registers.ICR, 0x000C0)]
    [InlineData(E1000Registers.ITR, 0x000C4)]
    [InlineData(E1000Registers.ICS, 0x000C8)]
    [InlineData(E1000Registers.IMS, 0x000D0)]
    [InlineData(E1000Registers.IMC, 0x000D8)]
    [InlineData(E1000Registers.RCTL, 0x00100)]
    [InlineData(E1000Registers.TCTL, 0x00400)]
    [InlineData(E1000Registers.TIPG, 0x00410)]
    [InlineData(E1000Registers.RDBAL, 0x02800)]
    [InlineData(E1000Registers.RDBAH, 0x02804)]
    [InlineData(E1000Registers.RDLEN, 0x02808)]
    [InlineData(E1000Registers.RDH, 0x02810)]
    [InlineData(E1000Registers.RDT, 0x02818)]
    [InlineData(E1000Registers.TDBAL, 0x03800)]
    [InlineData(E1000Registers.TDBAH, 0x03804)]
    [InlineData(E1000Registers.TDLEN, 0x03808)]
    [InlineData(E1000Registers.TDH, 0x03810)]
    [InlineData(E1000Registers.TDT, 0x03818)]
    [InlineData(E1000Registers.MPC, 0x04010)]
    [InlineData(E1000Registers.CTRL_EXT, 0x00018)]
    [InlineData(E1000Registers.MDIC, 0x00020)]
    [InlineData(E1000Registers.RDTR, 0x02820)]
    [InlineData(E1000Registers.TXDCTL, 0x03828)]
    [InlineData(E1000Registers.CRCERRS, 0x04000)]
    [InlineData(E1000Registers.RXERRC, 0x0400C)]
    [InlineData(E1000Registers.RLEC, 0x04040)]
    [InlineData(E1000Registers.GPRC, 0x04074)]
    [InlineData(E1000Registers.BPRC, 0x04078)]
    [InlineData(E1000Registers.MPRC, 0x0407C)]
    [InlineData(E1000Registers.GPTC, 0x04080)]
    [InlineData(E1000Registers.RNBC, 0x040A0)]
    [InlineData(E1000Registers.RUC, 0x040A4)]
    [InlineData(E1000Registers.ROC, 0x040AC)]
    [InlineData(E1000Registers.RJC, 0x040B0)]
    [InlineData(E1000Registers.TPR, 0x040D0)]
    [InlineData(E1000Registers.TPT, 0x040D4)]
    [InlineData(E1000Registers.MPTC, 0x040F0)]
    [InlineData(E1000Registers.BPTC, 0x040F4)]
    [InlineData(E1000Registers.RXCSUM, 0x05000)]
    [InlineData(E1000Registers.MTA, 0x05200)]
    [InlineData(E1000Registers.RAL0, 0x05400)]
    [InlineData(E1000Registers.RAH0, 0x05404)]
    public void ARegisterIsWhereTheManualPutsIt(uint offset, uint manual) => Assert.Equal(manual, offset);

    [Theory]
    [InlineData(nameof(E1000Registers.CtrlReset), 26)]
    [InlineData(nameof(E1000Registers.CtrlSetLinkUp), 6)]
    [InlineData(nameof(E1000Registers.CtrlAutoSpeed), 5)]
    [InlineData(nameof(E1000Registers.StatusLinkUp), 1)]
    [InlineData(nameof(E1000Registers.CauseTransmitDone), 0)]
    [InlineData(nameof(E1000Registers.CauseLinkChange), 2)]
    [InlineData(nameof(E1000Registers.CauseReceiveLow), 4)]
    [InlineData(nameof(E1000Registers.CauseReceiveOverrun), 6)]
    [InlineData(nameof(E1000Registers.CauseReceived), 7)]
    [InlineData(nameof(E1000Registers.ReceiveEnable), 1)]
    [InlineData(nameof(E1000Registers.ReceiveBroadcast), 15)]
    [InlineData(nameof(E1000Registers.ReceiveStripChecksum), 26)]
    [InlineData(nameof(E1000Registers.TransmitEnable), 1)]
    [InlineData(nameof(E1000Registers.TransmitPad), 3)]
    [InlineData(nameof(E1000Registers.AddressValid), 31)]
    [InlineData(nameof(E1000Registers.ReceiveAllSingle), 3)]
    [InlineData(nameof(E1000Registers.ReceiveAllGroups), 4)]
    [InlineData(nameof(E1000Registers.CheckIpv4Header), 8)]
    [InlineData(nameof(E1000Registers.CheckTransport), 9)]
    [InlineData(nameof(E1000Registers.ExtendedDriverLoaded), 28)]
    [InlineData(nameof(E1000Registers.TransmitControlReservedOne), 22)]
    public void ABitIsWhereTheManualPutsIt(string name, int bit)
    {
        Assert.Equal(1u << bit, (uint)typeof(E1000Registers).GetField(name)!.GetRawConstantValue()!);
    }

    [Fact]
    public void TheTransmitterHasTheManualsTimes()
    {
        Assert.Equal(0x000400F0u, E1000Registers.TransmitCollision);
        Assert.Equal(0x0060200Au, E1000Registers.TransmitGap);
    }

    [Fact]
    public void NoRegisterLiesOutsideTheWindowThatIsMapped()
    {
        const uint table = E1000Registers.MTA + E1000Registers.MTAWords * 4;
        Assert.True(table <= E1000Registers.RAL0);
        Assert.True(E1000Registers.RAH0 < E1000Registers.WindowBytes);
        Assert.Equal(0x20000u, E1000Registers.WindowBytes);
    }

    [Fact]
    public void NoTwoCausesShareABit()
    {
        uint seen = 0;
        foreach (FieldInfo field in typeof(E1000Registers).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            if (field.Name.StartsWith("Cause", System.StringComparison.Ordinal)
                && field.Name is not (nameof(E1000Registers.CauseAll) or nameof(E1000Registers.CausesOfReception)))
            {
                uint mask = (uint)field.GetRawConstantValue()!;
                Assert.Equal(0u, seen & mask);
                seen |= mask;
            }
        }

        Assert.NotEqual(0u, seen);
    }
}
