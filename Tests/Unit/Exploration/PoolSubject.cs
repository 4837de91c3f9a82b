using Reservoir.Pools;
using Reservoir.Tests.Unit.Core;
using Reservoir.Threads;

namespace Reservoir.Tests.Unit.Exploration;

/// <summary>A pool of the kernel; one that doesn't wait gives what it has at once, or refuses.</summary>
internal sealed class PoolSubject : Subject
{
    private readonly BufferPool _pool;
    private readonly BlockingPool? _blocking;

    private PoolSubject(BufferPool pool)
    {
        _pool = pool;
        _blocking = pool as BlockingPool;
    }

    public override int Free => _pool.Free;

    public override int InUse => _pool.TakeSnapshot().InUse;

    public override int Quarantined => _pool.TakeSnapshot().Quarantined;

    public static Subject Blocking(KernelBench bench) => new PoolSubject(bench.Blocking(Name));

    public static Subject NonBlocking(KernelBench bench) => new PoolSubject(bench.NonBlocking(Name));

    public override Rental Rent(ThreadContext context, ulong timeoutNanoseconds)
    {
        return _blocking is null
            ? TryRent()
            : Rental.From(timeoutNanoseconds == Time.Clock.Forever
            ? _blocking.Rent(context) : _blocking.TryRent(context, timeoutNanoseconds));
    }

    public override Rental TryRent() => Rental.From(_pool.TryRent());

    public override ReturnError Return(BufferHandle buffer) => _pool.Return(buffer);

    public override bool IsRented(BufferHandle buffer) => _pool.IsRented(buffer);

    public override void Damage(BufferHandle buffer) => Core.Damage.Behind(_pool, buffer);

    public override string? Audit()
    {
        PoolAudit audit = _pool.Audit();
        return audit == PoolAudit.Sound ? null : $"the audit says {audit}";
    }
}
