using System.Collections.Generic;
using Reservoir.Pools;
using Reservoir.Tests.Unit.Core;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>A semaphore of the kernel that counts permits.</summary>
internal sealed class SemaphoreSubject : Subject
{
    private readonly Semaphore _semaphore;
    private readonly HashSet<ulong> _permits = new();
    private int _last;

    private SemaphoreSubject(KernelBench bench)
    {
        _semaphore = new Semaphore(bench.Scheduler, Name, Count, Count);
    }

    public override int Free => _semaphore.Count;

    public override int InUse => Count - _semaphore.Count;

    public override bool ChecksHandles => false;

    public static Subject Create(KernelBench bench) => new SemaphoreSubject(bench);

    public override Rental Rent(ThreadContext context, ulong timeoutNanoseconds) => _semaphore.Wait(context, timeoutNanoseconds) switch
    {
        WaitResult.Signalled => Give(),
        WaitResult.TimedOut => new(RentError.TimedOut, default),
        WaitResult.Cancelled => new(RentError.Cancelled, default),
        _ => new(RentError.NotAllowedHere, default),
    };

    public override Rental TryRent() => _semaphore.TryWait() ? Give() : new(RentError.Empty, default);

    public override ReturnError Return(BufferHandle buffer)
    {
        _permits.Remove(buffer.Word);
        return _semaphore.Release() == SignalError.None ? ReturnError.None : ReturnError.StaleHandle;
    }

    public override bool IsRented(BufferHandle buffer) => _permits.Contains(buffer.Word);

    private Rental Give()
    {
        BufferHandle permit = Handles.Make(pool: 1, ++_last, generation: 0);
        _permits.Add(permit.Word);
        return new(RentError.None, permit);
    }
}
