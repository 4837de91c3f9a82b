; Where the linker put things, as a table that C# can read (Cosmos.Core.ImageLayout).

bits 64
extern image_start
extern text_start
extern text_end
extern rodata_start
extern rodata_end
extern eh_frame_start
extern eh_frame_end
extern data_start
extern data_end
extern modules_start
extern modules_end
extern tls_template_start
extern tls_template_end
extern tls_bytes
extern symbols_start
extern symbols_end
extern image_end
extern BootStackBottom
extern BootStackTop
extern BootThreadLocal
extern DescriptorTableRoom
extern FaultStackTop

section .rodata
align 8
layout:
    dq image_start
    dq text_start, text_end
    dq rodata_start, rodata_end
    dq eh_frame_start, eh_frame_end
    dq data_start, data_end
    dq modules_start, modules_end
    dq tls_template_start, tls_template_end
    dq tls_bytes
    dq symbols_start, symbols_end
    dq BootStackBottom, BootStackTop
    dq BootThreadLocal
    dq DescriptorTableRoom, FaultStackTop
    dq image_end

section .text
global ImageLayoutAddress:function
ImageLayoutAddress:
    lea rax, [rel layout]
    ret

; The class library's own entry points that it wants to be told about (InitializeModules), in the order that it expects.
extern GetRuntimeException
extern RuntimeFailFast
extern ThreadEntryPoint
extern AppendExceptionStackFrame
extern GetSystemArrayEEType
extern OnFirstChanceException
extern OnUnhandledException
section .rodata
class_library_functions:
    dq GetRuntimeException, RuntimeFailFast, ThreadEntryPoint, AppendExceptionStackFrame
    dq 0, GetSystemArrayEEType, OnFirstChanceException, OnUnhandledException
    dq 0, 0, 0, 0

section .text
global ClassLibraryFunctionsAddress:function
ClassLibraryFunctionsAddress:
    lea rax, [rel class_library_functions]
    ret
