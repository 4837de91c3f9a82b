; What compiled C# calls by name and C# itself cannot be: helpers with a calling convention of their
; own, and those that must know who called them.

bits 64
section .text

%macro function 1
global %1:function
align 16
%1:
%endmacro

; ---- Write barriers. Nothing is ever collected or moved, so each is just the store. ----

function RhpAssignRef                           ; [rdi] = rsi
global RhpCheckedAssignRef:function
RhpCheckedAssignRef:
    mov [rdi], rsi
    ret

function RhpByRefAssignRef                      ; [rdi] = [rsi], both advance; may change rcx only
    mov rcx, [rsi]
    mov [rdi], rcx
    add rdi, 8
    add rsi, 8
    ret

function RhpCheckedLockCmpXchg                  ; (location, value, comparand)
    mov rax, rdx
    lock cmpxchg [rdi], rsi
    ret

function RhpCheckedXchg                         ; (location, value)
    mov rax, rsi
    xchg [rdi], rax
    ret

; ---- Transitions and polls: there is no collector to wait for. ----

function RhpGcPoll
    ret
function RhpPInvoke
    ret
function RhpPInvokeReturn
    ret
function RhpReversePInvoke
    ret
function RhpReversePInvokeReturn
    ret

; Touches each page of a large frame, so that a stack can't leap over its guard page.
; r11 = lowest address of the frame. Changes no other register.
function RhpStackProbe
    push rax
    lea rax, [rsp + 8]
    and rax, -4096
.next:
    sub rax, 4096
    cmp rax, r11
    jb .done
    test [rax], al
    jmp .next
.done:
    test [r11], al
    pop rax
    ret

; ---- Allocation: adds the caller's address and goes on in Runtime/ManagedHeap.cs. ----
extern HeapNewObject
extern HeapNewArray
extern HeapNewObjectInto
extern HeapNewArrayInto

function RhpNewFast                             ; (type) -> object
    mov rsi, [rsp]
    jmp HeapNewObject
function RhpNewFinalizable                      ; nothing is finalized: there is no collector
    mov rsi, [rsp]
    jmp HeapNewObject
function RhpNewArrayFast                        ; (type, length) -> array
    mov rdx, [rsp]
    jmp HeapNewArray
function RhpNewPtrArrayFast
    mov rdx, [rsp]
    jmp HeapNewArray
function RhNewString
    mov rdx, [rsp]
    jmp HeapNewArray
function RhAllocateNewObject                    ; (type, flags, out object)
    mov rcx, [rsp]
    jmp HeapNewObjectInto
function RhAllocateNewArray                     ; (type, length, flags, out array)
    mov r8, [rsp]
    jmp HeapNewArrayInto

; ---- Interface calls. r11 = dispatch cell, rdi = this, other argument registers live. ----
; A table of fixed size, filled once per pair of cell and type and never changed afterwards, answers
; almost every call; Runtime/InterfaceDispatch.cs writes it and does the rest.
extern RhpResolveInterfaceMethod                ; System.Private.CoreLib
%define CACHE_ENTRIES 2048                      ; InterfaceDispatch.CacheEntries

function RhpInitialDynamicInterfaceDispatch
    mov r10, [rdi]                              ; the object's type; a null object faults here
    mov rax, r11
    shr rax, 4
    xor rax, r10
    shr r10, 3
    xor rax, r10
    and eax, CACHE_ENTRIES - 1
    lea eax, [rax + rax * 2]
    lea r10, [rel InterfaceDispatchCache]
    lea rax, [r10 + rax * 8]                    ; {cell, type, target}
    cmp [rax], r11
    jne .slow
    mov r10, [rdi]
    cmp [rax + 8], r10
    jne .slow
    jmp [rax + 16]
.slow:
    push rbp
    mov rbp, rsp
    push rdi
    push rsi
    push rdx
    push rcx
    push r8
    push r9
    sub rsp, 128 + 8
    and rsp, -16
    movups [rsp], xmm0
    movups [rsp + 16], xmm1
    movups [rsp + 32], xmm2
    movups [rsp + 48], xmm3
    movups [rsp + 64], xmm4
    movups [rsp + 80], xmm5
    movups [rsp + 96], xmm6
    movups [rsp + 112], xmm7
    mov rsi, r11
    call RhpResolveInterfaceMethod              ; (object, cell) -> code
    movups xmm0, [rsp]
    movups xmm1, [rsp + 16]
    movups xmm2, [rsp + 32]
    movups xmm3, [rsp + 48]
    movups xmm4, [rsp + 64]
    movups xmm5, [rsp + 80]
    movups xmm6, [rsp + 96]
    movups xmm7, [rsp + 112]
    lea rsp, [rbp - 48]
    pop r9
    pop r8
    pop rcx
    pop rdx
    pop rsi
    pop rdi
    pop rbp
    jmp rax

function InterfaceDispatchCacheAddress
    lea rax, [rel InterfaceDispatchCache]
    ret

; ---- Exceptions: (object) plus where it happened; Runtime/ManagedFault.cs ends the thread. ----
extern ExceptionThrown

function RhpThrowEx
    mov rsi, [rsp]                              ; caller
    lea rdx, [rsp + 8]                          ; its stack pointer after the return
    mov rcx, rbp
    sub rsp, 8
    call ExceptionThrown
    ud2

; Where am I, for a stack trace: (out rip, out rsp, out rbp) of the caller.
function CpuCaptureFrame
    mov rax, [rsp]
    mov [rdi], rax
    lea rax, [rsp + 8]
    mov [rsi], rax
    mov [rdx], rbp
    ret

; ---- Thread-local data ----
; FS base points behind the block; the word there points to itself (System V ABI, x86-64 TLS).
; The next two words are the kernel's own: this thread's scratch arena and number.

function __tls_get_addr                         ; the linker replaces every call; the symbol must exist
    ud2

function CpuThreadSlot                          ; (offset from FS base) -> value
    mov rax, [fs:rdi]
    ret

function CpuSetThreadSlot                       ; (offset from FS base, value)
    mov [fs:rdi], rsi
    ret

; ---- The C library's three functions ----

function ceil
    roundsd xmm0, xmm0, 2
    ret

function RhpGcSafeZeroMemory                    ; (destination, bytes) -> destination
    mov rdx, rsi
    xor esi, esi
function memset                                 ; (destination, value, bytes) -> destination
    mov rax, rdi
    movzx esi, sil
    mov rcx, 0x0101010101010101
    imul rsi, rcx
    movq xmm0, rsi
    punpcklqdq xmm0, xmm0
    cmp rdx, 16
    jb .short
    movups [rdi + rdx - 16], xmm0
    sub rdx, 1
    and rdx, -16                                ; whole blocks before the last, which is written already
    add rdx, rdi
.block:
    cmp rdi, rdx
    jae .done
    movups [rdi], xmm0
    add rdi, 16
    jmp .block
.short:
    test rdx, rdx
    jz .done
.byte:
    mov [rdi], sil
    inc rdi
    dec rdx
    jnz .byte
.done:
    ret

function RhBulkMoveWithWriteBarrier
function memmove                                ; (destination, source, bytes) -> destination
    mov rax, rdi
    cmp rdx, 16
    jb .short
    mov rcx, rdi
    sub rcx, rsi
    cmp rcx, rdx
    jb .backward                                ; destination inside the source
    movups xmm1, [rsi + rdx - 16]               ; the tail, before anything can overwrite it
    lea r8, [rdi + rdx - 16]
.forward64:
    cmp rdx, 80
    jb .forward
    movups xmm2, [rsi]
    movups xmm3, [rsi + 16]
    movups xmm4, [rsi + 32]
    movups xmm5, [rsi + 48]
    movups [rdi], xmm2
    movups [rdi + 16], xmm3
    movups [rdi + 32], xmm4
    movups [rdi + 48], xmm5
    add rsi, 64
    add rdi, 64
    sub rdx, 64
    jmp .forward64
.forward:
    cmp rdi, r8
    jae .tail
    movups xmm2, [rsi]
    movups [rdi], xmm2
    add rsi, 16
    add rdi, 16
    jmp .forward
.tail:
    movups [r8], xmm1
    ret
.backward:
    movups xmm1, [rsi]                          ; the head, likewise
.backward16:
    cmp rdx, 16
    jbe .head
    movups xmm2, [rsi + rdx - 16]
    movups [rdi + rdx - 16], xmm2
    sub rdx, 16
    jmp .backward16
.head:
    movups [rdi], xmm1
    ret
.short:
    cmp rdi, rsi
    ja .short_backward
    xor ecx, ecx
.short_forward:
    cmp rcx, rdx
    je .done
    mov r8b, [rsi + rcx]
    mov [rdi + rcx], r8b
    inc rcx
    jmp .short_forward
.short_backward:
    test rdx, rdx
    jz .done
    mov r8b, [rsi + rdx - 1]
    mov [rdi + rdx - 1], r8b
    dec rdx
    jmp .short_backward
.done:
    ret

; ---- What can't happen here says its own name and stops: a silent stub costs days. ----
extern RuntimeUnsupported

%macro unsupported 1
function %1
    lea rdi, [rel %%name]
    call RuntimeUnsupported
    ud2
section .rodata
%%name: db %str(%1), 0
section .text
%endmacro

unsupported RhpCallCatchFunclet
unsupported RhpCallFilterFunclet
unsupported RhpCallFinallyFunclet
unsupported RhpEHEnumInitFromStackFrameIterator
unsupported RhpEHEnumNext
unsupported RhpSfiInit
unsupported RhpSfiNext
unsupported RhpRethrow
unsupported RhpCollect
unsupported RhpStartNoGCRegion
unsupported RhpEndNoGCRegion
unsupported RhGetMemoryInfo
unsupported RhGetModuleFileName
unsupported RhGetRuntimeVersion
unsupported RhGetCrashInfoBuffer
unsupported RhFindMethodStartAddress
unsupported RhpGetCurrentThreadStackTrace
unsupported RhpGetNextFinalizableObject
unsupported RhpSignalFinalizationComplete
unsupported RhpWaitForFinalizerRequest
unsupported RhpHandleAllocDependent
unsupported RhHandleGetDependent
unsupported SystemNative_Abort
unsupported SystemNative_LowLevelMonitor_TimedWait
unsupported SystemNative_LowLevelMonitor_Wait
unsupported SystemNative_MMap
unsupported SystemNative_MProtect
unsupported SystemNative_MUnmap

section .data
align 8
global RhpTrapThreads
global g_cpuFeatures
global __security_cookie
RhpTrapThreads:    dd 0                         ; nobody ever stops the threads
g_cpuFeatures:     dd 0                         ; vectors stay at 128 bits: what FXSAVE saves
align 8
__security_cookie: dq 0x2B992DDFA23249D6

section .bss
align 64
InterfaceDispatchCache: resb CACHE_ENTRIES * 24
