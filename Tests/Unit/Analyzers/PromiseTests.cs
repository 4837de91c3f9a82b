using System.Threading.Tasks;
using Cosmos.Build.Analyzers;
using Cosmos.Common;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Reservoir.Tests.Unit.Analyzers;

/// <summary>Whom a mark binds: members, types, assemblies, overrides, implementations, delegates; and whom it does not.</summary>
public sealed class PromiseTests
{
    [Fact]
    public Task MarkOnATypeBindsItsMembersButNotTheConstructorsOfAClass() => Check(
        """
        [AllocationFree]
        internal sealed class Marked
        {
            private readonly object _made = new();
            private static readonly object s_made = new();

            static Marked() => s_made = new object();

            public Marked() => _made = new object();

            public object Property => {|RSV1001:new object()|};

            public object Automatic { get; } = new();

            public object Method() => {|RSV1001:new object()|};

            public static object Static() => {|RSV1001:new object()|};

            private sealed class Nested
            {
                public object Method() => {|RSV1001:new object()|};
            }
        }

        [AllocationFree]
        internal struct Value
        {
            private readonly object _made = {|RSV1001:new()|};

            public Value(int number) => _made = {|RSV1001:new object()|};
        }

        internal sealed class Single
        {
            private readonly object _made = {|RSV1001:new()|};

            [AllocationFree]
            public Single() => _made = {|RSV1001:new object()|};

            [AllocationFree]
            public object Property
            {
                get => {|RSV1001:new object()|};
                set => _ = {|RSV1001:new object()|};
            }

            public object HalfMarked
            {
                [AllocationFree]
                get => {|RSV1001:new object()|};
                set => _ = new object();
            }
        }
        """);

    [Fact]
    public Task MarkOnAnAssemblyBindsAllOfIt() => AnalyzerCheck<AllocationFreeAnalyzer>.Run(
        """
        using Cosmos.Common;

        [assembly: AllocationFree]

        internal sealed class Unmarked
        {
            public object Method() => {|RSV1001:new object()|};

            [MayAllocate("boot")]
            public object Exempt() => new object();

            public object Caller() => {|RSV1008:Exempt()|};
        }
        """,
        typeof(AllocationFreeAttribute));

    [Fact]
    public Task ExemptMembersOfAMarkedTypeMayAllocate() => Check(
        """
        [AllocationFree]
        internal abstract class Marked
        {
            [MayAllocate("boot")]
            public object Method() => new();

            [MayAllocate("boot")]
            public object Property => new();

            [MayAllocate("boot")]
            public abstract object Open();

            public object Caller() => {|RSV1008:Method()|} ?? {|RSV1008:Property|} ?? {|RSV1008:Open()|};
        }

        [AllocationFree]
        internal sealed class Derived : Marked
        {
            public override object Open() => new();
        }
        """);

    [Fact]
    public Task OverridesAndImplementationsAreBound() => Check(
        """
        internal abstract class Base
        {
            [AllocationFree]
            public abstract object Method();

            [AllocationFree]
            public abstract object Property { get; }

            public abstract object Free();
        }

        [AllocationFree]
        internal interface IContract
        {
            object Implicit();

            object Explicit();

            object Property { get; }
        }

        internal class Derived : Base, IContract
        {
            public override object Method() => {|RSV1001:new object()|};

            public override object Property => {|RSV1001:new object()|};

            public override object Free() => new object();

            public object Implicit() => {|RSV1001:new object()|};

            object IContract.Explicit() => {|RSV1001:new object()|};

            [AllocationFree]
            private object Caller() => Method() ?? Property ?? Implicit() ?? {|RSV1008:Free()|};
        }

        internal sealed class Last : Derived
        {
            [MayAllocate("not its to say")]
            public override object Method() => {|RSV1001:new object()|};
        }
        """);

    [Fact]
    public Task WhateverBecomesAMarkedDelegateMustBeMarked() => Check(
        """
        [AllocationFree]
        internal delegate void Hook();

        internal delegate void Unmarked();

        internal sealed class Handlers
        {
            private void Set(Hook hook) { }

            private void Method(Hook hook, Unmarked unmarked)
            {
                Set(Marked);
                Set(hook);
                Set(() => { });
                Set(() => Marked());
                Set({|RSV1010:NotMarked|});
                Set({|RSV1010:new Hook(NotMarked)|});
                Set({|RSV1010:new Hook(unmarked)|});
                Set(() => { object made = {|RSV1001:new object()|}; });
                Set(() => {|RSV1008:NotMarked()|});
                Unmarked free = NotMarked;
            }

            [AllocationFree]
            private void Marked() { }

            private void NotMarked() { }
        }
        """);

    [Fact]
    public Task ReportNamesWhatIsAllocatedAndByWhom()
    {
        string source = Source(
            """
            internal sealed class Code
            {
                [AllocationFree]
                private void Method(int number)
                {
                    object boxed = {|#0:number|};
                    System.Func<int> function = {|#1:() => number|};
                    {|#2:Helper(1)|};
                    {|#3:System.GC.Collect()|};
                }

                private void Helper(int number) { }
            }
            """);
        DiagnosticResult[] expected =
        [
            DiagnosticResult.CompilerError("RSV1003").WithLocation(0).WithMessage(
                "'Code.Method' is allocation-free, but boxes 'int' as 'object'"),
            DiagnosticResult.CompilerError("RSV1004").WithLocation(1).WithMessage(
                "'Code.Method' is allocation-free, but makes a delegate 'Func<int>' with a closure over number"),
            DiagnosticResult.CompilerError("RSV1008").WithLocation(2).WithMessage(
                "'Code.Method' is allocation-free, but calls 'Code.Helper(int)', which isn't marked so"),
            DiagnosticResult.CompilerWarning("RSV1009").WithLocation(3).WithMessage(
                "'Code.Method' is allocation-free, but calls 'GC.Collect()' of System.Private.CoreLib, which isn't known to be so"),
        ];
        return AnalyzerCheck<AllocationFreeAnalyzer>.Run(source, expected, typeof(AllocationFreeAttribute));
    }

    [Fact]
    public Task WithoutTheAttributeNothingIsReported() =>
        AnalyzerCheck<AllocationFreeAnalyzer>.Run("internal sealed class Code { private object Method() => new(); }");

    private static Task Check(string types) => AnalyzerCheck<AllocationFreeAnalyzer>.Run(Source(types), typeof(AllocationFreeAttribute));

    private static string Source(string types) => "#nullable disable\nusing Cosmos.Common;\n\n" + types;
}
