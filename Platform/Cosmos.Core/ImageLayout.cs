using System.Runtime.InteropServices;
using Cosmos.Common;

namespace Cosmos.Core;

/// <summary>Where the parts of the kernel's own image lie: the table in Boot/Image.asm, filled by the linker. Addresses are in
/// bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
[AllocationFree]
public readonly struct ImageLayout
{
    /// <summary>The first byte of the image.</summary>
    public readonly nuint ImageStart;

    /// <summary>Code: readable and executable.</summary>
    public readonly nuint TextStart;

    /// <summary>End of the code, a page boundary.</summary>
    public readonly nuint TextEnd;

    /// <summary>Constants: readable only.</summary>
    public readonly nuint ReadOnlyStart;

    /// <summary>End of the constants, a page boundary.</summary>
    public readonly nuint ReadOnlyEnd;

    /// <summary>Unwinding rules (DWARF call frame information).</summary>
    public readonly nuint EhFrameStart;

    /// <summary>End of the unwinding rules.</summary>
    public readonly nuint EhFrameEnd;

    /// <summary>Data: readable and writable. Includes the boot stack and its two guard pages.</summary>
    public readonly nuint DataStart;

    /// <summary>End of the data, a page boundary.</summary>
    public readonly nuint DataEnd;

    /// <summary>Pointers to the compiled modules' headers.</summary>
    public readonly nuint ModulesStart;

    /// <summary>End of the module pointers.</summary>
    public readonly nuint ModulesEnd;

    /// <summary>Initial content of a thread's local data.</summary>
    public readonly nuint TlsTemplateStart;

    /// <summary>End of that content; the rest of a block is zero.</summary>
    public readonly nuint TlsTemplateEnd;

    /// <summary>Size of a thread's block of local data, a multiple of 64.</summary>
    public readonly nuint TlsBytes;

    /// <summary>Table of symbols (see <see cref="SymbolTable"/>): readable only.</summary>
    public readonly nuint SymbolsStart;

    /// <summary>End of the table of symbols; equal to its start if the image was linked without.</summary>
    public readonly nuint SymbolsEnd;

    /// <summary>Lowest address of the boot stack; the page below is never mapped.</summary>
    public readonly nuint BootStackBottom;

    /// <summary>End of the boot stack; the page above is never mapped.</summary>
    public readonly nuint BootStackTop;

    /// <summary>The boot thread's block of local data.</summary>
    public readonly nuint BootThreadLocal;

    /// <summary>Two pages for the processor's descriptor tables.</summary>
    public readonly nuint DescriptorTableRoom;

    /// <summary>End of the stack on which double faults are reported.</summary>
    public readonly nuint FaultStackTop;

    /// <summary>End of the image, a page boundary.</summary>
    public readonly nuint ImageEnd;

    /// <summary>The image's layout. Any context.</summary>
    public static unsafe ref readonly ImageLayout Current => ref *Native.ImageLayoutAddress();
}
