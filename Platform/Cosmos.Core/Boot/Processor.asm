; Single instructions that C# has no words for, each behind a call. Arguments follow the System V
; convention (rdi, rsi, rdx, rcx); all may be called in any context.

%define MSR_FS_BASE 0xC0000100

bits 64
section .text

%macro function 1
global %1:function
align 16
%1:
%endmacro

function CpuIn8
    mov edx, edi
    xor eax, eax
    in al, dx
    ret

function CpuIn16
    mov edx, edi
    xor eax, eax
    in ax, dx
    ret

function CpuIn32
    mov edx, edi
    in eax, dx
    ret

function CpuOut8
    mov edx, edi
    mov eax, esi
    out dx, al
    ret

function CpuOut16
    mov edx, edi
    mov eax, esi
    out dx, ax
    ret

function CpuOut32
    mov edx, edi
    mov eax, esi
    out dx, eax
    ret

; (port, destination, words)
function CpuInMany16
    mov ecx, edx
    mov edx, edi
    mov rdi, rsi
    rep insw
    ret

; (port, source, words)
function CpuOutMany16
    mov ecx, edx
    mov edx, edi
    rep outsw
    ret

; (port, destination, words of 32 bits)
function CpuInMany32
    mov ecx, edx
    mov edx, edi
    mov rdi, rsi
    rep insd
    ret

; (port, source, words of 32 bits)
function CpuOutMany32
    mov ecx, edx
    mov edx, edi
    rep outsd
    ret

; Raises the vector that is kept for tests (Cosmos.Core.CPU.TestVector), through the entry of hardware interrupts.
function CpuRaiseTestInterrupt
    int 0x80
    ret

; Returns 200h if interrupts were enabled, else 0; they are disabled afterwards.
function CpuMaskInterrupts
    pushfq
    pop rax
    cli
    and eax, 0x200
    ret

; (what CpuMaskInterrupts returned)
function CpuRestoreInterrupts
    test edi, edi
    jz .masked
    sti
.masked:
    ret

function CpuDisableInterrupts
    cli
    ret

; (1: an exception after each instruction from the next but one on; 0: none)
function CpuSetTrapFlag
    pushfq
    and dword [rsp], ~0x100
    shl edi, 8
    or dword [rsp], edi
    popfq
    ret

function CpuHalt
    hlt
    ret

function CpuReadTimestamp
    rdtsc
    shl rdx, 32
    or rax, rdx
    ret

; (leaf, subleaf, uint[4] results: eax, ebx, ecx, edx)
function CpuIdentify
    push rbx
    mov r8, rdx
    mov eax, edi
    mov ecx, esi
    cpuid
    mov [r8], eax
    mov [r8 + 4], ebx
    mov [r8 + 8], ecx
    mov [r8 + 12], edx
    pop rbx
    ret

function CpuReadPageFaultAddress
    mov rax, cr2
    ret

function CpuReadPageTableRoot
    mov rax, cr3
    ret

function CpuWritePageTableRoot
    mov cr3, rdi
    ret

function CpuInvalidatePage
    invlpg [rdi]
    ret

function CpuReadModelRegister
    mov ecx, edi
    rdmsr
    shl rdx, 32
    or rax, rdx
    ret

; (register, value)
function CpuWriteModelRegister
    mov ecx, edi
    mov rax, rsi
    mov rdx, rsi
    shr rdx, 32
    wrmsr
    ret

; (pointer to limit and base). Reloads the code segment by a far return.
function CpuLoadDescriptorTable
    lgdt [rdi]
    push 0x08
    lea rax, [rel .reload]
    push rax
    retfq
.reload:
    mov eax, 0x10
    mov ss, ax
    mov ds, ax
    mov es, ax
    ret

function CpuLoadInterruptTable
    lidt [rdi]
    ret

function CpuLoadTaskRegister
    mov eax, edi
    ltr ax
    ret

; Memory-mapped registers (Mmio.cs): one access of exactly this width, never merged or repeated.
function CpuLoad8
    movzx eax, byte [rdi]
    ret

function CpuLoad16
    movzx eax, word [rdi]
    ret

function CpuLoad32
    mov eax, [rdi]
    ret

function CpuLoad64
    mov rax, [rdi]
    ret
