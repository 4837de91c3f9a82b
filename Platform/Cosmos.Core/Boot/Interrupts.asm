; Interrupt entry. Assembly because the processor pushes a frame of its own and every register
; of the interrupted code, vector registers included, must come back unharmed.
;
; Each vector has a stub of 16 bytes that pushes its number (and a zero where the processor pushes
; no error code), then all meet here. The frame on the stack is Cosmos.Core.INTs.IRQContext.
;
; The kernel masks interrupts with a word in memory (Cosmos.Common.InterruptGate, "optimistic" masking
; after Stodolsky, Chen and Bershad 1993): two plain instructions where CLI and POPF would be calls. An interrupt that comes while the
; gate is closed is noted, and the code goes on with the processor's own flag cleared; whoever opens the gate sees that
; something is held and calls CpuLetInterruptsIn. In thread context, outside the instructions below, GATE_HELD is nonzero exactly
; while the processor's flag is clear. In a handler both are clear: nobody there opens the gate, and nothing is to be let in.

bits 64
section .text
extern InterruptEntered                         ; Cosmos.Core, INTs.cs
extern TimerEntered

%define FXSAVE_BYTES 512                        ; Intel SDM volume 1, 10.5.1
%define FIRST_LINE_VECTOR 32                    ; below: exceptions, which no gate holds off
%define TIMER_VECTOR 48                         ; Cosmos.Core.INTs.TimerVector
%define INTERRUPT_FLAG 0x200
%define CODE_SELECTOR 0x08
%define DATA_SELECTOR 0x10

%define GATE_OPEN 0                             ; Cosmos.Common.InterruptGate
%define GATE_HELD 8
%define GATE_PENDING 16
%define GATE_HELD_SINCE 24
%define GATE_HELD_AT 32

%define FRAME_VECTOR (15 * 8)                   ; Cosmos.Core.INTs.IRQContext

align 16
global InterruptStubs
InterruptStubs:
%assign vector 0
%rep 256
    align 16
%if vector = TIMER_VECTOR
    jmp near timer_vector
%else
%if vector = 8 || (vector >= 10 && vector <= 14) || vector = 17 || vector = 21 || vector = 29 || vector = 30
%else
    push 0
%endif
    push vector
%if vector < FIRST_LINE_VECTOR
    jmp near all_vectors
%else
    jmp near line_vectors
%endif
%endif
%assign vector vector + 1
%endrep

align 16
line_vectors:
    push rax
    mov rax, [rel CpuInterruptGate]
    cmp qword [rax + GATE_OPEN], 0
    jle .hold
    mov qword [rax + GATE_OPEN], 0              ; handlers run with the gate closed
    pop rax
    jmp all_vectors
.hold:
    push rdx
    push rcx
    mov rcx, rax
    rdtsc
    shl rdx, 32
    or rax, rdx
    mov [rcx + GATE_HELD_SINCE], rax
    mov rax, [rsp + 40]                         ; rcx, rdx, rax, vector, error code: the interrupted instruction
    mov [rcx + GATE_HELD_AT], rax
    mov rax, [rsp + 24]
    mov [rcx + GATE_PENDING], rax
    mov qword [rcx + GATE_HELD], 1
    and qword [rsp + 56], ~INTERRUPT_FLAG       ; no second one comes before this one has been served
    pop rcx
    pop rdx
    pop rax
    add rsp, 16
    iretq

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
    mov rbx, rsp
    sub rsp, FXSAVE_BYTES                       ; 5 + 2 + 15 words: rsp is a multiple of 16 here
    fxsave64 [rsp]
    xor ebp, ebp
.again:
    mov rdi, rbx
    call InterruptEntered
    cmp qword [rbx + FRAME_VECTOR], FIRST_LINE_VECTOR
    jb .leave
    cli                                         ; another thread may have run meanwhile and left them enabled
    mov rax, [rel CpuInterruptGate]
    mov qword [rax + GATE_HELD], 0
    mov rcx, [rax + GATE_PENDING]
    test rcx, rcx
    jnz .pending
    mov qword [rax + GATE_OPEN], 1
.leave:
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
.pending:                                       ; it came between another thread's switch to this one and here
    mov qword [rax + GATE_PENDING], 0
    mov [rbx + FRAME_VECTOR], rcx
    jmp .again

; The timer's own entry: what every deadline waits for. Its handler wants no context, so only what C# may change is saved
; (System V ABI, 3.2.1: rbx, rbp, r12-r15 come back from a call unharmed), and the time, which all that follows refers to, is read once.
%macro restore_all_but_rax 0
    fxrstor64 [rsp]
    add rsp, FXSAVE_BYTES + 8
    pop rbp
    pop r11
    pop r10
    pop r9
    pop r8
    pop rdi
    pop rsi
    pop rdx
    pop rcx
%endmacro

align 16
timer_vector:
    push rax
    mov rax, [rel CpuInterruptGate]
    cmp qword [rax + GATE_OPEN], 0
    jle .hold
    mov qword [rax + GATE_OPEN], 0
    push rcx
    push rdx
    push rsi
    push rdi
    push r8
    push r9
    push r10
    push r11
    push rbp                                    ; 5 + 10 words, and one more aligns the stack
    xor ebp, ebp
    sub rsp, FXSAVE_BYTES + 8
    fxsave64 [rsp]                              ; no CLD: nothing in the kernel sets the direction flag
    rdtsc
    shl rdx, 32
    lea rdi, [rdx + rax]
    call TimerEntered
    cli                                         ; as above
    mov rax, [rel CpuInterruptGate]
    mov qword [rax + GATE_HELD], 0
    cmp qword [rax + GATE_PENDING], 0
    jne .pending
    mov qword [rax + GATE_OPEN], 1
    restore_all_but_rax
    pop rax
    iretq
.pending:                                       ; as above; it gets a frame of its own, as if it came now
    restore_all_but_rax
    sub rsp, 8
    mov rax, [rel CpuInterruptGate]
    push qword [rax + GATE_PENDING]
    mov qword [rax + GATE_PENDING], 0
    pop qword [rsp]                             ; vector; the saved rax is above, where the error code belongs
    mov rax, [rsp + 8]
    mov qword [rsp + 8], 0
    jmp all_vectors
.hold:
    pop rax
    push 0
    push TIMER_VECTOR
    jmp line_vectors

; The gate has been opened while the processor held interrupts: serves the one that was noted, as if it came
; now, and lets the others in.
global CpuLetInterruptsIn:function
align 16
CpuLetInterruptsIn:
    mov rax, [rel CpuInterruptGate]
    mov rcx, [rax + GATE_PENDING]
    test rcx, rcx
    jz .none
    mov qword [rax + GATE_PENDING], 0
    mov qword [rax + GATE_OPEN], 0
    mov qword [rax + GATE_HELD], 0
    mov rdx, rsp
    and rsp, -16                                ; what the processor would do
    push DATA_SELECTOR
    push rdx
    pushfq
    or qword [rsp], INTERRUPT_FLAG
    push CODE_SELECTOR
    lea rdx, [rel .served]
    push rdx
    push 0
    push rcx
    jmp all_vectors
.none:
    mov qword [rax + GATE_HELD], 0
    sti
.served:
    ret

; Rests until an interrupt has been served. The gate is closed before and after. STI takes effect after the next
; instruction: nothing can slip in before the halt.
global CpuWaitForInterrupt:function
align 16
CpuWaitForInterrupt:
    cli
    mov rax, [rel CpuInterruptGate]
    mov qword [rax + GATE_OPEN], 1
    cmp qword [rax + GATE_PENDING], 0
    jne .held
    mov qword [rax + GATE_HELD], 0
    sti
    hlt
    jmp .close
.held:
    call CpuLetInterruptsIn
.close:
    mov rax, [rel CpuInterruptGate]
    mov qword [rax + GATE_OPEN], 0
    ret

; (Cosmos.Common.InterruptGate)
global CpuSetInterruptGate:function
align 16
CpuSetInterruptGate:
    mov [rel CpuInterruptGate], rdi
    ret

global InterruptStubsAddress:function
align 16
InterruptStubsAddress:
    lea rax, [rel InterruptStubs]
    ret

section .data
global CpuInterruptGate
CpuInterruptGate: dq 0
