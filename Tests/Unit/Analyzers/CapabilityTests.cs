using System.Threading.Tasks;
using Cosmos.Build.Analyzers;
using Cosmos.Common;
using Reservoir.Threads;
using Xunit;

namespace Reservoir.Tests.Unit.Analyzers;

/// <summary>Nobody but the kernel's core makes a right to wait, by whatever means the language has.</summary>
public sealed class CapabilityTests
{
    [Fact]
    public Task DefaultIsReported() => Check(
        """
        internal static class Forger
        {
            private static void Take(ThreadContext context) { }

            private static void TakeOptional(ThreadContext context = {|RSV2001:default|}) { }

            private static void Method()
            {
                ThreadContext forged = {|RSV2001:default|};
                Take({|RSV2001:default|});
                Take({|RSV2001:default(ThreadContext)|});
                Take({|RSV2001:new ThreadContext()|});
                Take({|RSV2001:new()|});
            }
        }
        """);

    [Fact]
    public Task ReinterpretedMemoryIsReported() => Check(
        """
        internal static unsafe class Forger
        {
            private static void Method(KernelThread thread, ref byte memory)
            {
                ThreadContext forged = {|RSV2001:Unsafe.As<KernelThread, ThreadContext>(ref thread)|};
                {|RSV2001:Unsafe.SkipInit({|RSV2001:out ThreadContext empty|})|};
                forged = {|RSV2001:Make<ThreadContext>()|};
                forged = {|RSV2001:Maker<ThreadContext>.Make()|};
                #pragma warning disable CS8500
                forged = *({|RSV2001:ThreadContext*|})&thread;
            }

            private static T Make<T>()
                where T : allows ref struct => default;
        }

        internal static class Maker<T>
            where T : allows ref struct
        {
            public static T Make() => default;
        }
        """);

    [Fact]
    public Task StructureThatHoldsARightCountsAsOne() => Check(
        """
        internal ref struct Holder
        {
            public ThreadContext Context;

            public Holder(ThreadContext context) => Context = context;

            public {|RSV2001:Holder|}(int number) { }

            public {|RSV2001:Holder|}(ThreadContext context, bool maybe)
            {
                if (maybe)
                {
                    Context = context;
                }
            }

            public Holder(ThreadContext context, string name)
                : this(context)
            {
            }
        }

        internal static class Forger
        {
            private static ThreadContext Method() => {|RSV2001:default(Holder)|}.Context;

            private static ThreadContext Other() => {|RSV2001:new Holder()|}.Context;
        }
        """);

    [Fact]
    public Task VariableThatWasNeverSetIsReported() => Check(
        """
        internal static class Forger
        {
            private static void Method()
            {
                ThreadContext {|RSV2001:unset|};
                Take(unset);
                Give({|RSV2001:out ThreadContext given|});
            }

            private static void Take(ThreadContext context) { }

            private static void Give(out ThreadContext context) { }
        }
        """);

    [Fact]
    public Task HandingARightDownIsAllowed() => Check(
        """
        internal ref struct Holder
        {
            public Holder(ThreadContext context) => Context = context;

            public ThreadContext Context { get; }
        }

        internal sealed class Body : ThreadBody
        {
            public override void Run(ThreadContext context)
            {
                ThreadContext same = context;
                Take(same);
                Take(new Holder(context).Context);
                TakeByReference(in same);
            }

            private static void Take(ThreadContext context) { }

            private static void TakeByReference(in ThreadContext context) { }
        }
        """);

    [Fact]
    public Task OtherStructuresAreMadeAsEver() => Check(
        """
        internal ref struct Plain
        {
            public Span<byte> Bytes;
        }

        internal static class Maker
        {
            private static void Method(out int number)
            {
                Plain plain = default;
                plain = new Plain();
                Span<byte> bytes = default;
                Unsafe.SkipInit(out number);
            }
        }
        """);

    [Fact]
    public Task TheAssemblyThatDeclaresItMayMakeIt() => AnalyzerCheck<CapabilityAnalyzer>.Run(
        """
        using Cosmos.Common;

        [Capability]
        public readonly ref struct Right
        {
        }

        public static class Giver
        {
            public static Right Give() => default;
        }
        """,
        typeof(CapabilityAttribute));

    private static Task Check(string types)
    {
        string source =
            $$"""
            #nullable disable
            using System;
            using System.Runtime.CompilerServices;
            using Reservoir.Threads;

            {{types}}
            """;
        return AnalyzerCheck<CapabilityAnalyzer>.Run(source, typeof(CapabilityAttribute), typeof(ThreadContext));
    }
}
