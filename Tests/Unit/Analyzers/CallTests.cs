using System.Threading.Tasks;
using Cosmos.Build.Analyzers;
using Cosmos.Common;
using Xunit;

namespace Reservoir.Tests.Unit.Analyzers;

/// <summary>The promise is closed under calls: marked code calls what is marked, or known to be free.</summary>
public sealed class CallTests
{
    [Fact]
    public Task UnmarkedCodeOfTheSameProjectIsReported() => Check(
        """
        internal sealed class Caller
        {
            [AllocationFree]
            private void Method(Other other, Action action, int number)
            {
                {|RSV1008:other.Method()|};
                {|RSV1008:Other.StaticMethod()|};
                number = {|RSV1008:other.Computed|};
                {|RSV1008:other.Computed|} = 1;
                number = {|RSV1008:other[0]|};
                other = {|RSV1008:other + other|};
                number = {|RSV1008:(int)other|};
                _ = {|RSV1008:{|RSV1008:other + other|} + other|};
                _ = {|RSV1008:new Value(1)|};
                {|RSV1009:action()|};
                {|RSV1008:other.Hook()|};
            }
        }

        internal struct Value
        {
            public Value(int number) { }
        }

        internal delegate void UnmarkedHook();

        internal sealed class Other
        {
            public UnmarkedHook Hook;

            public int Computed { get => 1; set { } }

            public int this[int index] => index;

            public static Other operator +(Other left, Other right) => left;

            public static explicit operator int(Other other) => 1;

            public void Method() { }

            public static void StaticMethod() { }
        }
        """);

    [Fact]
    public Task MarkedCodeIsFree() => Check(
        """
        internal sealed class Caller
        {
            [AllocationFree]
            private int Method(Other other, Hook hook, ref Value value)
            {
                other.Method();
                hook();
                hook?.Invoke();
                value = new Value(1);
                other.Automatic = other.Automatic + value.Number;
                foreach (int i in other)
                {
                    other.Automatic += i;
                }

                using var scope = new Scope();
                return other + other;
            }
        }

        [AllocationFree]
        internal delegate void Hook();

        [AllocationFree]
        internal struct Value
        {
            public Value(int number) => Number = number;

            public int Number { get; }
        }

        [AllocationFree]
        internal ref struct Scope
        {
            public void Dispose() { }
        }

        [AllocationFree]
        internal struct Counter
        {
            public int Current => 1;

            public bool MoveNext() => false;
        }

        internal sealed class Other
        {
            public int Automatic { get; set; }

            [AllocationFree]
            public static int operator +(Other left, Other right) => 1;

            [AllocationFree]
            public void Method() => Method();

            [AllocationFree]
            public Counter GetEnumerator() => default;
        }
        """);

    [Fact]
    public Task HiddenCallsAreReported() => Check(
        """
        internal sealed class Caller
        {
            [AllocationFree]
            private void Method(Other other, int number)
            {
                using ({|RSV1008:var scope = new Scope()|})
                {
                }

                {|RSV1008:(int a, int b) = other|};
                number += {|RSV1008:{|RSV1008:other[^1]|}|};
                if (other is {|RSV1008:(1, 2)|})
                {
                }

                foreach (int i in {|RSV1008:{|RSV1008:{|RSV1008:other|}|}|})
                {
                }

                {|RSV1009:lock (other)
                {
                }|}
            }

            [AllocationFree]
            private unsafe void Pointers(delegate*<void> managed, delegate* unmanaged<void> native)
            {
                {|RSV1008:managed()|};
                native();
            }
        }

        internal ref struct Scope
        {
            public void Dispose() { }
        }

        internal struct Counter
        {
            public int Current => 1;

            public bool MoveNext() => false;
        }

        internal sealed class Other
        {
            public int Length => 1;

            public int this[int index] => index;

            public void Deconstruct(out int a, out int b) => a = b = 1;

            public Counter GetEnumerator() => default;
        }
        """);

    [Fact]
    public Task ClassLibraryIsKnownInPart() => Check(
        """
        internal sealed class Caller
        {
            [AllocationFree]
            private void Known(Span<byte> bytes, ref int number, int[] numbers, string text)
            {
                bytes.Slice(1).Clear();
                bytes[^1] = 1;
                number = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes);
                number = System.Numerics.BitOperations.PopCount((uint)number);
                number = Math.Min(number, int.Max(1, 2));
                System.Threading.Interlocked.Increment(ref number);
                System.Threading.Volatile.Write(ref number, 2);
                number = System.Runtime.CompilerServices.Unsafe.As<int, int>(ref number);
                number = System.Runtime.InteropServices.MemoryMarshal.Read<int>(bytes);
                number = numbers.Length + text.Length + (int?)number ?? 0;
                numbers.AsSpan().IndexOf(1);
                bytes.SequenceEqual("x"u8);
                Array.Clear(numbers);
                number.CompareTo(2);
            }

            [AllocationFree]
            private void Unknown(Span<byte> bytes, List<int> list, int number)
            {
                {|RSV1009:bytes.ToArray()|};
                {|RSV1009:list.Add(1)|};
                number = {|RSV1009:list.Count|};
                {|RSV1009:Array.Sort({|RSV1002:new int[1]|})|};
                {|RSV1009:int.Parse("1")|};
                {|RSV1009:GC.Collect()|};
            }
        }
        """);

    [Fact]
    public Task LinqAndExtensionMethodsAreReported() => Check(
        """
        internal sealed class Caller
        {
            [AllocationFree]
            private int Method(int[] numbers) => {|RSV1009:{|RSV1009:numbers.Where({|RSV1004:number => number > 1|})|}.Count()|};
        }
        """);

    private static Task Check(string types)
    {
        string source =
            $$"""
            #nullable disable
            using System;
            using System.Collections.Generic;
            using System.Linq;
            using Cosmos.Common;

            {{types}}
            """;
        return AnalyzerCheck<AllocationFreeAnalyzer>.Run(source, typeof(AllocationFreeAttribute));
    }
}
