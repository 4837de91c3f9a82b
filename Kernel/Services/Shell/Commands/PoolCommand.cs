using System;
using Cosmos.Common;
using Reservoir.Memory;
using Reservoir.Pools;
using Reservoir.Threads;
using Reservoir.Time;

namespace Reservoir.Shell.Commands;

/// <summary><c>pool</c>: everything about one buffer pool: its numbers, the owners of its buffers, whether its books are in order; and
/// fault injection.</summary>
public sealed class PoolCommand : ShellCommand
{
    private const int MostListed = 24;
    private const int MostAttempts = 16;
    private const string Verbs = "audit, leaks or fail";

    private readonly PoolRegistry _pools;
    private readonly Scheduler _scheduler;

    /// <summary>Makes the command. Boot context.</summary>
    /// <param name="pools">Knows the pools.</param>
    /// <param name="scheduler">Knows the owners' names.</param>
    public PoolCommand(PoolRegistry pools, Scheduler scheduler)
        : base("pool", "pool NAME [audit | leaks [--older 5s] | fail every K | fail off]", "one pool: numbers, owners, audit, leaks")
    {
        _pools = pools;
        _scheduler = scheduler;
    }

    /// <inheritdoc/>
    public override CommandResult Run(ThreadContext context, ref CommandArguments arguments, TextOutput output)
    {
        ReadOnlySpan<byte> name = arguments.Next();
        BufferPool? pool = _pools.FindPool(name);
        if (pool is null)
        {
            return Refuse(output, name, "the name of a pool (see 'pools')");
        }

        ReadOnlySpan<byte> verb = arguments.Next();
        if (verb.IsEmpty)
        {
            Describe(pool, output);
            return CommandResult.Done;
        }

        if (verb.SequenceEqual("leaks"u8))
        {
            return List(pool, ref arguments, output);
        }

        if (verb.SequenceEqual("fail"u8))
        {
            return InjectFailures(pool, ref arguments, output);
        }

        if (!verb.SequenceEqual("audit"u8))
        {
            return Refuse(output, verb, Verbs);
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        output.WriteLine($"{pool.Name}: {Explain(pool.Audit())}");
        return CommandResult.Done;
    }

    private void Describe(BufferPool pool, TextOutput output)
    {
        PoolSnapshot now = pool.TakeSnapshot();
        PoolRules rules = pool.Rules;
        Span<byte> scratch = stackalloc byte[TimeText.MaximumLength];
        output.WriteLine($"{pool.Name}: {now.Count} buffers of {pool.BufferSize} bytes, {PlanText.Of(pool.Kind)}");
        output.WriteLine(
            $"now:      {now.InUse} in use ({now.Posted} of them with a device), {now.Free} free, {now.Quarantined} " +
            $"quarantined; at most {now.HighWater} in use so far");
        output.WriteLine($"rented:   {now.Rents} times; {now.Reclaimed} buffers came back from dead threads");
        output.Write(
            $"refused:  {now.RefusedEmpty} empty, {now.RefusedReserved} reserved, {now.RefusedOverCap} over the cap, " +
            $"{now.RefusedInjected} injected, ");
        output.WriteLine($"{now.RefusedNotAllowed} where waiting isn't allowed; {now.RefusedReturns} returns");
        output.Write($"waits:    {now.Waits}, {now.Timeouts} timed out, {now.Cancellations} called off, {now.Waiting} now; ");
        output.WriteLine($"the longest took {TimeText.Seconds(now.LongestWaitNanoseconds, scratch)} s");
        output.Write($"rules:    reserve {rules.Reserve}, cap {rules.Cap}, watermarks {rules.LowWatermark} and {rules.HighWatermark}");
        output.WriteLine($" (reached {now.PressureBegun} times{(now.IsUnderPressure ? ", UNDER PRESSURE" : "")}); 0 is none");
        if (pool.FailEvery != 0)
        {
            output.WriteLine($"failing:  one rental in {pool.FailEvery}, on purpose");
        }

        WriteOwners(pool, output);
    }

    private void WriteOwners(BufferPool pool, TextOutput output)
    {
        for (int owner = -1; owner < _scheduler.ThreadCount; owner++)
        {
            int rented = pool.CountRentedBy(owner);
            if (rented != 0)
            {
                output.WriteLine($"owner:    {NameOf(owner)} has {rented}");
            }
        }

        for (int i = 0; i < _scheduler.ThreadCount; i++)
        {
            KernelThread thread = _scheduler.GetThread(i);
            if (string.Equals(thread.WaitingFor, pool.Name))
            {
                output.WriteLine($"waiter:   {thread.Name}, priority {thread.Priority}");
            }
        }
    }

    private string NameOf(int owner) => owner < 0 ? "(interrupts, queues)" : _scheduler.GetThread(owner).Name;

    private CommandResult List(BufferPool pool, ref CommandArguments arguments, TextOutput output)
    {
        ulong older = 0;
        if (!arguments.IsEmpty)
        {
            ReadOnlySpan<byte> option = arguments.Next();
            if (!option.SequenceEqual("--older"u8))
            {
                return Refuse(output, option, "--older");
            }

            ReadOnlySpan<byte> age = arguments.Next();
            if (!TimeText.TryParse(age, out older))
            {
                return Refuse(output, age, "an age like 5s or 200ms");
            }
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        Span<RentalInfo> oldest = stackalloc RentalInfo[MostListed];
        int found = 0;
        bool settled = false;
        for (int i = 0; i < MostAttempts && !settled; i++)
        {
            ulong before = pool.ChangeNumber;
            found = FindOldest(pool, older, oldest);
            settled = pool.ChangeNumber == before;
        }

        if (!settled)
        {
            output.WriteLine("the pool was in use all the time; the list is of several moments"u8);
        }

        WriteList(oldest.Slice(0, Math.Min(found, MostListed)), found, output);
        return CommandResult.Done;
    }

    /// <summary>Collects the rentals of at least an age, the oldest first, as many as there is room for.</summary>
    /// <returns>How many there are.</returns>
    private static int FindOldest(BufferPool pool, ulong older, Span<RentalInfo> oldest)
    {
        int found = 0;
        for (int index = 0; index < pool.Count; index++)
        {
            RentalInfo rental = pool.GetRental(index);
            if (!rental.IsRented || rental.AgeNanoseconds < older)
            {
                continue;
            }

            int place = Math.Min(found++, oldest.Length);
            while (place > 0 && oldest[place - 1].AgeNanoseconds < rental.AgeNanoseconds)
            {
                if (place < oldest.Length)
                {
                    oldest[place] = oldest[place - 1];
                }

                place--;
            }

            if (place < oldest.Length)
            {
                oldest[place] = rental;
            }
        }

        return found;
    }

    private void WriteList(ReadOnlySpan<RentalInfo> oldest, int found, TextOutput output)
    {
        Span<byte> scratch = stackalloc byte[TimeText.MaximumLength];
        if (!oldest.IsEmpty)
        {
            output.WriteLine("buffer          age s owner                 rented at"u8);
        }

        foreach (RentalInfo rental in oldest)
        {
            ReadOnlySpan<char> file = rental.File;
            file = file.Slice(file.LastIndexOfAny('/', '\\') + 1);
            output.Write(
                $"{rental.Index,6} {TimeText.Seconds(rental.AgeNanoseconds, scratch),14} {NameOf(rental.Owner),-21} {file}:{rental.Line}");
            output.WriteLine(rental.IsPosted ? ", with a device"u8 : default);
        }

        output.WriteLine($"{found} rented{(found > oldest.Length ? "; the oldest are listed" : "")}");
    }

    private CommandResult InjectFailures(BufferPool pool, ref CommandArguments arguments, TextOutput output)
    {
        const string expected = "every K, or off";
        ReadOnlySpan<byte> mode = arguments.Next();
        ulong every = 0;
        if (mode.SequenceEqual("every"u8))
        {
            ReadOnlySpan<byte> number = arguments.Next();
            if (!CommandArguments.TryParse(number, out every) || every is 0 or > int.MaxValue)
            {
                return Refuse(output, number, "a number from 1 to 2147483647");
            }
        }
        else if (!mode.SequenceEqual("off"u8))
        {
            return Refuse(output, mode, expected);
        }

        if (HasSurplus(output, ref arguments))
        {
            return CommandResult.BadArguments;
        }

        pool.InjectFailures((int)every);
        if (every == 0)
        {
            output.WriteLine($"{pool.Name}: no rental fails on purpose");
        }
        else
        {
            output.WriteLine($"{pool.Name}: one rental in {every} fails on purpose, until 'pool {pool.Name} fail off'");
        }

        return CommandResult.Done;
    }

    private static ReadOnlySpan<byte> Explain(PoolAudit found) => found switch
    {
        PoolAudit.Sound => "sound: every buffer is free, rented or quarantined, and all counts agree"u8,
        PoolAudit.BrokenLink => "DAMAGED: the list of free buffers leads outside the pool"u8,
        PoolAudit.ListedButNotFree => "DAMAGED: the list of free buffers contains one that isn't free"u8,
        PoolAudit.WrongFreeCount => "DAMAGED: the list of free buffers is shorter or longer than the count says"u8,
        PoolAudit.WrongInUseCount => "DAMAGED: the number of rented buffers is not what the count says"u8,
        PoolAudit.WrongQuarantinedCount => "DAMAGED: the number of quarantined buffers is not what the count says"u8,
        PoolAudit.WrongOwnerCount => "DAMAGED: the number of some owner's buffers is not what the count says"u8,
        PoolAudit.DamagedFreeBuffer => "DAMAGED: something has written around a free buffer"u8,
        PoolAudit.DamagedRecord => "DAMAGED: a record is not of this pool and buffer"u8,
        _ => "nothing wrong was seen, but the pool was in use all the time: try again"u8,
    };
}
