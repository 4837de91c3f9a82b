using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Reservoir.Pools;
using Xunit;

namespace Reservoir.Tests.Unit.Core;

/// <summary>
/// Thousands of operations in an order that nobody thought of, against a model that is too simple to be wrong: a set of the handles that are good,
/// and a list of all that ever were.
/// </summary>
public sealed class PoolModelTests
{
    private const int Buffers = 5;

    /// <summary>What a caller, careful or not, can do to a pool.</summary>
    public enum Operation
    {
        Rent,
        ReturnGood,
        ReturnOld,
        ReturnForged,
        OverrunAndReturn,
        LookThroughOld,
        WritePayload,
    }

    [Property(MaxTest = 200, EndSize = 200, StartSize = 20)]
    public void APoolDoesWhatItsModelDoes((Operation Operation, int Choice)[] steps)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(Buffers, out NonBlockingPool pool);
        var model = new Model(pool);
        foreach ((Operation operation, int choice) in steps)
        {
            model.Do(operation, choice & int.MaxValue);
            model.Check();
        }
    }

    /// <summary>The same without damage, which otherwise uses the pool up: long runs with every buffer in play.</summary>
    [Property(MaxTest = 20)]
    public void AnUndamagedPoolDoesWhatItsModelDoes(int seed)
    {
        using KernelBench bench = KernelBench.WithNonBlocking(Buffers, out NonBlockingPool pool);
        var model = new Model(pool);
        var random = new System.Random(seed);
        for (int i = 0; i < 2000; i++)
        {
            Operation operation = (Operation)random.Next(7);
            model.Do(operation == Operation.OverrunAndReturn ? Operation.Rent : operation, random.Next());
            model.Check();
        }
    }

    private sealed class Model(NonBlockingPool pool)
    {
        private readonly List<BufferHandle> _good = new();
        private readonly List<BufferHandle> _old = new();
        private readonly Dictionary<ulong, byte> _content = new();
        private int _quarantined;
        private int _highWater;
        private ulong _rents;
        private ulong _failures;
        private ulong _refused;

        public void Do(Operation operation, int choice)
        {
            switch (operation)
            {
                case Operation.Rent:
                    Rent((byte)choice);
                    break;
                case Operation.ReturnGood when _good.Count > 0:
                    Return(choice, ReturnError.None);
                    break;
                case Operation.OverrunAndReturn when _good.Count > 0:
                    Damage.Behind(pool, _good[choice % _good.Count]);
                    Return(choice, ReturnError.Overrun);
                    _quarantined++;
                    break;
                case Operation.ReturnOld when _old.Count > 0:
                    Refuse(_old[choice % _old.Count]);
                    break;
                case Operation.ReturnForged:
                    Forge(choice);
                    break;
                case Operation.LookThroughOld when _old.Count > 0:
                    Assert.True(pool.GetSpan(_old[choice % _old.Count]).IsEmpty);
                    Assert.Equal(0UL, pool.GetBusAddress(_old[choice % _old.Count]));
                    break;
                case Operation.WritePayload when _good.Count > 0:
                    Fill(_good[choice % _good.Count], (byte)choice);
                    break;
            }
        }

        public void Check()
        {
            PoolSnapshot snapshot = pool.TakeSnapshot();
            Assert.Equal(_good.Count, snapshot.InUse);
            Assert.Equal(_quarantined, snapshot.Quarantined);
            Assert.Equal(Buffers - _good.Count - _quarantined, snapshot.Free);
            Assert.Equal(_highWater, snapshot.HighWater);
            Assert.Equal(_rents, snapshot.Rents);
            Assert.Equal(_failures, snapshot.Failures);
            Assert.Equal(_refused, snapshot.RefusedReturns);
            Assert.Equal(PoolAudit.Sound, pool.Audit());
            foreach (BufferHandle handle in _good)
            {
                Assert.True(pool.IsRented(handle));
                Assert.Equal(-1, pool.GetSpan(handle).IndexOfAnyExcept(_content[handle.Word]));
            }
        }

        private void Rent(byte content)
        {
            RentResult rented = pool.TryRent();
            Assert.Equal(_good.Count + _quarantined < Buffers, rented.Succeeded);
            if (!rented.Succeeded)
            {
                Assert.Equal(RentError.Empty, rented.Error);
                _failures++;
                return;
            }

            Assert.DoesNotContain(_good, handle => handle.Index == rented.Buffer.Index);
            Assert.DoesNotContain(_old, handle => handle.Word == rented.Buffer.Word);
            _good.Add(rented.Buffer);
            _rents++;
            _highWater = Math.Max(_highWater, _good.Count);
            Fill(rented.Buffer, content);
        }

        private void Return(int choice, ReturnError expected)
        {
            BufferHandle handle = _good[choice % _good.Count];
            Assert.Equal(expected, pool.Return(handle));
            _good.Remove(handle);
            _old.Add(handle);
        }

        private void Forge(int choice)
        {
            var random = new System.Random(choice);
            ulong word = (choice % 3) switch
            {
                0 => (ulong)random.NextInt64(),
                1 when _good.Count > 0 => _good[choice % _good.Count].Word ^ (1UL << random.Next(64)),
                _ => ((ulong)random.Next(2) << 63) | (1UL << 48) | ((ulong)random.Next(Buffers + 1) << 32) | (uint)random.Next(4),
            };
            if (!_good.Any(handle => handle.Word == word))
            {
                Refuse(BufferHandle.FromWord(word));
            }
        }

        private void Refuse(BufferHandle handle)
        {
            Assert.NotEqual(ReturnError.None, pool.Return(handle));
            _refused++;
        }

        private void Fill(BufferHandle handle, byte content)
        {
            pool.GetSpan(handle).Fill(content);
            _content[handle.Word] = content;
        }
    }
}
