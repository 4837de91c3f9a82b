namespace Reservoir.Drivers.E1000;

/// <summary>
/// Registers and bits of the 8254x family, named as in Intel's <em>PCI/PCI-X Family of Gigabit Ethernet Controllers Software Developer's
/// Manual</em>, section 13.4, and of the 82574 where it has more (its data sheet, section 10.2). Offsets in bytes from the first base
/// address.
/// </summary>
internal static class E1000Registers
{
    /// <summary>Bytes of register space.</summary>
    public const uint WindowBytes = 128 * 1024;

    /// <summary>Device control.</summary>
    public const uint CTRL = 0x0000;

    /// <summary>Device status.</summary>
    public const uint STATUS = 0x0008;

    /// <summary>Extended device control.</summary>
    public const uint CTRL_EXT = 0x0018;

    /// <summary>Management data: the way to the registers of the physical layer.</summary>
    public const uint MDIC = 0x0020;

    /// <summary>Interrupt cause, cleared by reading.</summary>
    public const uint ICR = 0x00C0;

    /// <summary>Shortest time between interrupts, in units of 256 ns.</summary>
    public const uint ITR = 0x00C4;

    /// <summary>Interrupt cause set: raises an interrupt.</summary>
    public const uint ICS = 0x00C8;

    /// <summary>Interrupt mask: sets bits.</summary>
    public const uint IMS = 0x00D0;

    /// <summary>Interrupt mask: clears bits.</summary>
    public const uint IMC = 0x00D8;

    /// <summary>Receive control.</summary>
    public const uint RCTL = 0x0100;

    /// <summary>Transmit control.</summary>
    public const uint TCTL = 0x0400;

    /// <summary>Gap between transmitted frames.</summary>
    public const uint TIPG = 0x0410;

    /// <summary>Receive ring, address low.</summary>
    public const uint RDBAL = 0x2800;

    /// <summary>Receive ring, address high.</summary>
    public const uint RDBAH = 0x2804;

    /// <summary>Receive ring, bytes.</summary>
    public const uint RDLEN = 0x2808;

    /// <summary>Receive ring, the descriptor that the device fills next.</summary>
    public const uint RDH = 0x2810;

    /// <summary>Receive ring, the first descriptor that the device may not use.</summary>
    public const uint RDT = 0x2818;

    /// <summary>Delay of receive interrupts; 0: none.</summary>
    public const uint RDTR = 0x2820;

    /// <summary>Transmit ring, address low.</summary>
    public const uint TDBAL = 0x3800;

    /// <summary>Transmit ring, address high.</summary>
    public const uint TDBAH = 0x3804;

    /// <summary>Transmit ring, bytes.</summary>
    public const uint TDLEN = 0x3808;

    /// <summary>Transmit ring, the descriptor that the device sends next.</summary>
    public const uint TDH = 0x3810;

    /// <summary>Transmit ring, the first descriptor that the device may not send.</summary>
    public const uint TDT = 0x3818;

    /// <summary>Transmit descriptor control.</summary>
    public const uint TXDCTL = 0x3828;

    /// <summary>Frames with a wrong checksum. The first of the registers that count (13.7); reading clears most of them.</summary>
    public const uint CRCERRS = 0x4000;

    /// <summary>Frames in which the physical layer saw an error.</summary>
    public const uint RXERRC = 0x400C;

    /// <summary>Missed packets: frames that found no descriptor. The manual (13.7.5) has it cleared by reading; QEMU's never is.</summary>
    public const uint MPC = 0x4010;

    /// <summary>Frames whose length field is wrong.</summary>
    public const uint RLEC = 0x4040;

    /// <summary>Good frames received.</summary>
    public const uint GPRC = 0x4074;

    /// <summary>Good broadcasts received.</summary>
    public const uint BPRC = 0x4078;

    /// <summary>Good multicasts received.</summary>
    public const uint MPRC = 0x407C;

    /// <summary>Good frames transmitted.</summary>
    public const uint GPTC = 0x4080;

    /// <summary>Times that no receive buffer was there.</summary>
    public const uint RNBC = 0x40A0;

    /// <summary>Frames too short.</summary>
    public const uint RUC = 0x40A4;

    /// <summary>Frames too long.</summary>
    public const uint ROC = 0x40AC;

    /// <summary>Frames too long and damaged.</summary>
    public const uint RJC = 0x40B0;

    /// <summary>All frames received.</summary>
    public const uint TPR = 0x40D0;

    /// <summary>All frames transmitted.</summary>
    public const uint TPT = 0x40D4;

    /// <summary>Multicasts transmitted.</summary>
    public const uint MPTC = 0x40F0;

    /// <summary>Broadcasts transmitted.</summary>
    public const uint BPTC = 0x40F4;

    /// <summary>Receive checksum control.</summary>
    public const uint RXCSUM = 0x5000;

    /// <summary>Multicast table, 128 words.</summary>
    public const uint MTA = 0x5200;

    /// <summary>Words of the multicast table.</summary>
    public const uint MTAWords = 128;

    /// <summary>Receive address 0, low. The others follow, 8 bytes apart.</summary>
    public const uint RAL0 = 0x5400;

    /// <summary>Receive address 0, high.</summary>
    public const uint RAH0 = 0x5404;

    /// <summary>Bytes from one receive address to the next.</summary>
    public const uint ReceiveAddressStride = 8;

    /// <summary>CTRL: find out the speed.</summary>
    public const uint CtrlAutoSpeed = 1 << 5;

    /// <summary>CTRL: bring the link up.</summary>
    public const uint CtrlSetLinkUp = 1 << 6;

    /// <summary>CTRL: reset; clears itself.</summary>
    public const uint CtrlReset = 1 << 26;

    /// <summary>STATUS: the link is up.</summary>
    public const uint StatusLinkUp = 1 << 1;

    /// <summary>CTRL_EXT: a driver has charge of the device, not the firmware (82574 data sheet, 10.2.2.5, DRV_LOAD).</summary>
    public const uint ExtendedDriverLoaded = 1 << 28;

    /// <summary>MDIC: the physical layer's address (13.4.6, PHYADD).</summary>
    public const uint ManagementAddress = 1 << 21;

    /// <summary>MDIC: write.</summary>
    public const uint ManagementWrite = 1 << 26;

    /// <summary>MDIC: done.</summary>
    public const uint ManagementReady = 1 << 28;

    /// <summary>Physical layer, control register (number 0): what it is after a reset, full duplex with negotiation (IEEE 802.3 section
    /// 22.2.4.1).</summary>
    public const uint PhysicalControlNormal = 0x1140;

    /// <summary>Physical layer, control register: full duplex, sending to itself.</summary>
    public const uint PhysicalControlLoopback = 0x4140;

    /// <summary>Interrupt: a transmit descriptor was written back.</summary>
    public const uint CauseTransmitDone = 1 << 0;

    /// <summary>Interrupt: the link has changed.</summary>
    public const uint CauseLinkChange = 1 << 2;

    /// <summary>Interrupt: few receive descriptors are left.</summary>
    public const uint CauseReceiveLow = 1 << 4;

    /// <summary>Interrupt: no receive descriptor is left.</summary>
    public const uint CauseReceiveOverrun = 1 << 6;

    /// <summary>Interrupt: a frame was received.</summary>
    public const uint CauseReceived = 1 << 7;

    /// <summary>Those of the interrupt causes that concern reception.</summary>
    public const uint CausesOfReception = CauseReceiveLow | CauseReceiveOverrun | CauseReceived;

    /// <summary>All interrupt causes.</summary>
    public const uint CauseAll = 0xFFFFFFFF;

    /// <summary>RCTL: receive.</summary>
    public const uint ReceiveEnable = 1 << 1;

    /// <summary>RCTL: accept every frame for a single device.</summary>
    public const uint ReceiveAllSingle = 1 << 3;

    /// <summary>RCTL: accept every frame for a group.</summary>
    public const uint ReceiveAllGroups = 1 << 4;

    /// <summary>RCTL: accept broadcasts.</summary>
    public const uint ReceiveBroadcast = 1 << 15;

    /// <summary>RCTL: leave the frame's checksum out. Buffers are 2048 bytes (BSIZE = 0).</summary>
    public const uint ReceiveStripChecksum = 1 << 26;

    /// <summary>TCTL: transmit.</summary>
    public const uint TransmitEnable = 1 << 1;

    /// <summary>TCTL: pad short frames.</summary>
    public const uint TransmitPad = 1 << 3;

    /// <summary>TCTL: 15 attempts after a collision, distance 64 bytes (13.4.33, full duplex).</summary>
    public const uint TransmitCollision = (15 << 4) | (64 << 12);

    /// <summary>TIPG: gaps of 10, 8 and 6 for copper (13.4.34).</summary>
    public const uint TransmitGap = 10 | (8 << 10) | (6 << 20);

    /// <summary>RAH0: the address counts.</summary>
    public const uint AddressValid = 1u << 31;

    /// <summary>TXDCTL: bit 22 has to be one (82574 data sheet, 10.2.6.10).</summary>
    public const uint TransmitControlReservedOne = 1 << 22;

    /// <summary>RXCSUM: check the IPv4 header.</summary>
    public const uint CheckIpv4Header = 1 << 8;

    /// <summary>RXCSUM: check UDP and TCP.</summary>
    public const uint CheckTransport = 1 << 9;

    /// <summary>ITR: 128 microseconds, at most 7,813 interrupts a second.</summary>
    public const uint InterruptInterval = 500;
}
