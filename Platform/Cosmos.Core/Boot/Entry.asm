; From GRUB's hand-over to the first managed instruction.
; Assembly because the processor arrives in 32-bit mode, without paging and without a stack.
;
; What GRUB leaves (Multiboot2 specification 2.0, section 3.3): EAX = magic, EBX = boot information,
; protected mode, interrupts off, A20 on. What the first managed method gets: long mode, the first
; 4 GiB mapped to themselves, no-execute available, write protection on, SSE on, a stack.

%define MULTIBOOT2_MAGIC        0x36D76289
%define HEADER_MAGIC            0xE85250D6
%define HEADER_ARCHITECTURE     0               ; i386, protected mode
%define TAG_INFORMATION_REQUEST 1
%define TAG_MODULE_ALIGNMENT    6
%define TAG_END                 0
%define INFO_COMMAND_LINE       1
%define INFO_MEMORY_MAP         6

%define CR0_MONITOR             (1 << 1)
%define CR0_EMULATION           (1 << 2)
%define CR0_WRITE_PROTECT       (1 << 16)
%define CR0_PAGING              (1 << 31)
%define CR4_PAE                 (1 << 5)
%define CR4_OSFXSR              (1 << 9)
%define CR4_OSXMMEXCPT          (1 << 10)
%define MSR_EFER                0xC0000080
%define EFER_LONG_MODE          (1 << 8)
%define EFER_NO_EXECUTE         (1 << 11)
%define CPUID_LONG_MODE         (1 << 29)       ; 80000001h EDX
%define CPUID_NO_EXECUTE        (1 << 20)       ; 80000001h EDX
%define CPUID_SSE42_POPCNT      ((1 << 20) | (1 << 23)) ; 1 ECX
%define PAGE_PRESENT_WRITE      3
%define PAGE_LARGE              (1 << 7)
%define SERIAL_DATA             0x3F8
%define DEBUG_EXIT              0xF4
%define EXIT_UNFIT_PROCESSOR    0x22

global Multiboot2Entry
global BootStackBottom
global BootStackTop
extern KernelEntry                              ; Cosmos.Core, Runtime/RuntimeStartup.cs

section .multiboot2 align=8
header:
    dd HEADER_MAGIC
    dd HEADER_ARCHITECTURE
    dd header_end - header
    dd 0x100000000 - (HEADER_MAGIC + HEADER_ARCHITECTURE + (header_end - header))
    align 8
    dw TAG_INFORMATION_REQUEST, 0
    dd 16
    dd INFO_COMMAND_LINE, INFO_MEMORY_MAP
    align 8
    dw TAG_END, 0
    dd 8
header_end:

section .text
bits 32
Multiboot2Entry:
    cld
    mov esp, BootStackTop
    mov edi, ebx                                ; the managed entry's first argument
    cmp eax, MULTIBOOT2_MAGIC
    mov esi, message_loader
    jne refuse
    mov eax, 0x80000000
    push ebx
    cpuid
    pop ebx
    cmp eax, 0x80000001
    mov esi, message_processor
    jb refuse
    mov eax, 0x80000001
    push ebx
    cpuid
    pop ebx
    and edx, CPUID_LONG_MODE | CPUID_NO_EXECUTE
    cmp edx, CPUID_LONG_MODE | CPUID_NO_EXECUTE
    jne refuse
    mov eax, 1
    push ebx
    cpuid
    pop ebx
    and ecx, CPUID_SSE42_POPCNT
    cmp ecx, CPUID_SSE42_POPCNT
    jne refuse

    ; First page tables: 4 GiB to themselves in pages of 2 MiB. Cosmos.Core.Paging replaces them.
    mov eax, boot_pdpt
    or eax, PAGE_PRESENT_WRITE
    mov [boot_pml4], eax
    mov eax, boot_directories
    or eax, PAGE_PRESENT_WRITE
    mov ecx, 0
.pdpt:
    mov [boot_pdpt + ecx * 8], eax
    add eax, 4096
    inc ecx
    cmp ecx, 4
    jne .pdpt
    mov eax, PAGE_PRESENT_WRITE | PAGE_LARGE
    mov ecx, 0
.directory:
    mov [boot_directories + ecx * 8], eax
    add eax, 2 * 1024 * 1024
    inc ecx
    cmp ecx, 4 * 512
    jne .directory

    mov eax, boot_pml4
    mov cr3, eax
    mov eax, cr4
    or eax, CR4_PAE | CR4_OSFXSR | CR4_OSXMMEXCPT
    mov cr4, eax
    mov ecx, MSR_EFER
    rdmsr
    or eax, EFER_LONG_MODE | EFER_NO_EXECUTE
    wrmsr
    mov eax, cr0
    and eax, ~CR0_EMULATION
    or eax, CR0_PAGING | CR0_WRITE_PROTECT | CR0_MONITOR
    mov cr0, eax
    lgdt [boot_gdt_pointer]
    jmp 0x08:long_mode

; ESI = message. Nothing else works yet, so it goes to the serial line and the screen, and QEMU ends.
refuse:
    mov edi, 0xB8000
.next:
    lodsb
    test al, al
    jz .done
    mov ah, 0x4F
    stosw
    mov dx, SERIAL_DATA
    out dx, al
    jmp .next
.done:
    mov dx, DEBUG_EXIT
    mov eax, EXIT_UNFIT_PROCESSOR
    out dx, eax
.stop:
    hlt
    jmp .stop

bits 64
long_mode:
    xor eax, eax
    mov ds, ax
    mov es, ax
    mov ss, ax
    mov fs, ax
    mov gs, ax
    mov rsp, BootStackTop - 32                  ; a stack trace ends at these zeros
    xor ebp, ebp
    mov edi, edi
    call KernelEntry
.stop:
    hlt
    jmp .stop

section .rodata
message_loader:    db "The kernel was not started by a Multiboot2 loader.", 13, 10, 0
message_processor: db "The kernel needs an x86-64 processor with no-execute, SSE4.2 and POPCNT (QEMU: -cpu max).", 13, 10, 0
align 8
boot_gdt:
    dq 0
    dq 0x00209A0000000000                       ; 64-bit code
boot_gdt_pointer:
    dw boot_gdt_pointer - boot_gdt - 1
    dd boot_gdt

section .bss align=4096
boot_pml4:        resb 4096
boot_pdpt:        resb 4096
boot_directories: resb 4 * 4096

; The boot stack, which later is the idle thread's, lies between two pages that Paging leaves unmapped.
section .boot_stack nobits alloc noexec write align=4096
                  resb 4096
BootStackBottom:  resb 32768
BootStackTop:     resb 4096

; The boot thread's block of thread-local data; RuntimeStartup checks that it is large enough.
section .bss
align 64
global BootThreadLocal
BootThreadLocal:  resb 4096

; Room for the tables that DescriptorTables.cs fills (one page) and the stack for double faults.
section .bss
align 4096
global DescriptorTableRoom
global FaultStackTop
DescriptorTableRoom: resb 8192
FaultStackBottom:    resb 16384
FaultStackTop:
