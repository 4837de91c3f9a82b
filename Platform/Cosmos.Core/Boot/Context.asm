; Switching stacks. Assembly because it exchanges the stack pointer under the compiler's feet.
;
; A voluntary switch is a call: the System V convention has already given up every register but
; rbx, rbp, r12-r15 and rsp. The base of thread-local data (FS) goes with the stack.

%define MSR_FS_BASE 0xC0000100
%define CONTEXT_STACK_POINTER 0                 ; Cosmos.Common.ProcessorContext
%define CONTEXT_THREAD_LOCAL_BASE 8
%define CONTEXT_COUNTS 16
%define CONTEXT_ENTERED_AT 24
%define CONTEXT_LEFT_AT 32
%define CONTEXT_RESULT 40
%define GATE_OPEN 0                             ; Cosmos.Common.InterruptGate
%define GATE_HELD 8
%define GATE_PENDING 16

bits 64
section .text
extern ContextEntered                           ; Cosmos.Core, X86Processor.cs
extern InterruptsHeld
extern CpuInterruptGate                         ; Interrupts.asm

; (from, to): the same, at the end of an interrupt handler, and so the processor's flag is clear. From here on the gate alone holds
; interrupts off, as in every switch.
global CpuSwitchContextFromInterrupt:function
align 16
CpuSwitchContextFromInterrupt:
    sti

; (from, to); the other side finds its own context in rsi
global CpuSwitchContext:function
CpuSwitchContext:
    push rbx
    push rbp
    push r12
    push r13
    push r14
    push r15
    mov [rdi + CONTEXT_STACK_POINTER], rsp
    rdtsc
    shl rdx, 32
    or rax, rdx
    mov [rsi + CONTEXT_ENTERED_AT], rax
    mov [rdi + CONTEXT_LEFT_AT], rax
    sub rax, [rdi + CONTEXT_ENTERED_AT]
    add [rdi + CONTEXT_COUNTS], rax
    mov rsp, [rsi + CONTEXT_STACK_POINTER]
    mov rax, [rsi + CONTEXT_THREAD_LOCAL_BASE]
    cmp byte [rel CpuHasFsBaseInstructions], 0
    jz .by_model_register
    wrfsbase rax
.resume:
    pop r15
    pop r14
    pop r13
    pop r12
    pop rbp
    pop rbx
    ret
.by_model_register:
    mov rdx, rax
    shr rdx, 32
    mov ecx, MSR_FS_BASE
    wrmsr
    jmp .resume

; (from, to): the same, then opens the gate by one, and returns the result that the caller's context was given
global CpuSwitchContextAndUnmask:function
align 16
CpuSwitchContextAndUnmask:
    call CpuSwitchContext
    movzx eax, byte [rsi + CONTEXT_RESULT]
    mov rcx, [rel CpuInterruptGate]
    inc qword [rcx + GATE_OPEN]
    cmp qword [rcx + GATE_HELD], 0
    jne .held
    ret
.held:
    cmp qword [rcx + GATE_PENDING], 0
    jne .serve
    cmp qword [rcx + GATE_OPEN], 0
    jle .done
    mov qword [rcx + GATE_HELD], 0
    sti
.done:
    ret
.serve:
    push rax                                    ; which aligns the stack too
    call InterruptsHeld
    pop rax
    ret

; (context): the boot code's, whose time counts from now on
global CpuAdoptContext:function
align 16
CpuAdoptContext:
    mov rax, [fs:0]                             ; the word at FS base points to itself
    mov [rdi + CONTEXT_THREAD_LOCAL_BASE], rax
    rdtsc
    shl rdx, 32
    or rax, rdx
    mov [rdi + CONTEXT_ENTERED_AT], rax
    ret

; Where a prepared context begins: X86Processor.PrepareContext leaves the number in r12.
global CpuContextStart:function
align 16
CpuContextStart:
    mov edi, r12d
    xor ebp, ebp
    call ContextEntered
    ud2                                         ; it must not return

global CpuContextStartAddress:function
align 16
CpuContextStartAddress:
    lea rax, [rel CpuContextStart]
    ret

section .data
global CpuHasFsBaseInstructions
CpuHasFsBaseInstructions: db 0

; CR4.FSGSBASE (bit 16): from here on a switch sets FS base in one instruction.
section .text
global CpuEnableFsBaseInstructions:function
align 16
CpuEnableFsBaseInstructions:
    mov rax, cr4
    bts rax, 16
    mov cr4, rax
    mov byte [rel CpuHasFsBaseInstructions], 1
    ret
