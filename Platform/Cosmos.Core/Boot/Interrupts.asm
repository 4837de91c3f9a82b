; Interrupt entry. Assembly because the processor pushes a frame of its own and every register
; of the interrupted code, vector registers included, must come back unharmed.
;
; Each vector has a stub of 16 bytes that pushes its number (and a zero where the processor pushes
; no error code), then all meet here. The frame on the stack is Cosmos.Core.INTs.IRQContext.

bits 64
section .text
extern InterruptEntered                         ; Cosmos.Core, INTs.cs

%define FXSAVE_BYTES 512                        ; Intel SDM volume 1, 10.5.1

align 16
global InterruptStubs
InterruptStubs:
%assign vector 0
%rep 256
    align 16
%if vector = 8 || (vector >= 10 && vector <= 14) || vector = 17 || vector = 21 || vector = 29 || vector = 30
%else
    push 0
%endif
    push vector
    jmp near all_vectors
%assign vector vector + 1
%endrep

align 16
all_vectors:
    push rax
    push rcx
    push rdx
    push rbx
    push rbp
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
    push r12
    push r13
    push r14
    push r15
    mov rdi, rsp
    sub rsp, FXSAVE_BYTES                       ; 5 + 2 + 15 words: rsp is a multiple of 16 here
    fxsave64 [rsp]
    xor ebp, ebp
    cld
    call InterruptEntered
    fxrstor64 [rsp]
    add rsp, FXSAVE_BYTES
    pop r15
    pop r14
    pop r13
    pop r12
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rbp
    pop rbx
    pop rdx
    pop rcx
    pop rax
    add rsp, 16                                 ; vector, error code
    iretq

global InterruptStubsAddress:function
align 16
InterruptStubsAddress:
    lea rax, [rel InterruptStubs]
    ret
