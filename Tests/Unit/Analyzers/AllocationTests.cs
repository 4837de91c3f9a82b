using System.Threading.Tasks;
using Cosmos.Build.Analyzers;
using Cosmos.Common;
using Xunit;

namespace Reservoir.Tests.Unit.Analyzers;

/// <summary>Each way to allocate is reported in a marked method, and what only looks like it is not.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData("object o = {|RSV1001:new object()|};")]
    [InlineData("List<int> o = {|RSV1001:new()|};")]
    [InlineData("var o = {|RSV1001:new { number }|};")]
    [InlineData("Pair o = {|RSV1001:pair with { A = 2 }|};")]
    [InlineData("T o = {|RSV1001:new T()|};")]
    [InlineData("dynamic o = text; int i = {|RSV1001:{|RSV1001:o.Missing|}()|};")]
    [InlineData("foreach (int i in {|RSV1001:{|RSV1009:{|RSV1009:{|RSV1009:{|RSV1009:sequence|}|}|}|}|}) { }")]
    public Task ObjectIsReported(string statement) => Check(statement);

    [Theory]
    [InlineData("Point p = new Point(1, 2);")]
    [InlineData("Point p = default;")]
    [InlineData("var p = new Point { X = 1 };")]
    [InlineData("(int, int) p = (number, 2); (int a, int b) = p;")]
    [InlineData("Point p = point with { X = 2 };")]
    [InlineData("foreach (byte b in bytes) { }")]
    [InlineData("foreach (int i in numbers) { }")]
    [InlineData("foreach (char c in text) { }")]
    public Task ValueIsNoObject(string statement) => Check(statement);

    [Theory]
    [InlineData("int[] a = {|RSV1002:new int[4]|};")]
    [InlineData("int[] a = {|RSV1002:{ 1, 2 }|};")]
    [InlineData("int[] a = {|RSV1002:new[] { 1, number }|};")]
    [InlineData("int[] a = {|RSV1002:new int[0]|};")]
    [InlineData("int[] a = {|RSV1002:[1, 2]|};")]
    [InlineData("List<int> a = {|RSV1002:[1, 2]|};")]
    [InlineData("List<int> a = {|RSV1002:[]|};")]
    [InlineData("IEnumerable<int> a = {|RSV1002:[1, 2]|};")]
    [InlineData("ReadOnlySpan<int> a = {|RSV1002:new int[] { 1, number }|};")]
    [InlineData("Span<int> a = {|RSV1002:[..numbers]|};")]
    [InlineData("{|RSV1002:Many(1, 2)|};")]
    public Task ArrayIsReported(string statement) => Check(statement);

    [Theory]
    [InlineData("Span<byte> a = stackalloc byte[16];")]
    [InlineData("ReadOnlySpan<byte> a = \"text\"u8;")]
    [InlineData("ReadOnlySpan<byte> a = new byte[] { 1, 2, 3 };")]
    [InlineData("ReadOnlySpan<int> a = new int[] { 1, 2, 3 };")]
    [InlineData("ReadOnlySpan<int> a = [1, 2, 3];")]
    [InlineData("Span<int> a = [1, number];")]
    [InlineData("int[] a = [];")]
    [InlineData("Many();")]
    [InlineData("Many(numbers);")]
    [InlineData("SpanOf(1, number);")]
    public Task TableInTheImageOrOnTheStackIsNoArray(string statement) => Check(statement);

    [Theory]
    [InlineData("object o = {|RSV1003:number|};")]
    [InlineData("object o = {|RSV1003:(object)number|};")]
    [InlineData("IDisposable o = {|RSV1003:point|};")]
    [InlineData("Enum o = {|RSV1003:kind|};")]
    [InlineData("object o = {|RSV1003:free|};")]
    [InlineData("Type o = {|RSV1003:{|RSV1009:number.GetType()|}|};")]
    public Task BoxingIsReported(string statement) => Check(statement);

    [Fact]
    public Task EnumIsBoxedByItsBaseClass() => Check("bool b = {|RSV1003:{|RSV1009:kind.HasFlag({|RSV1003:Kind.Other|})|}|};");

    [Theory]
    [InlineData("object o = text;")]
    [InlineData("long l = number;")]
    [InlineData("int? i = number;")]
    [InlineData("object o = held;")]
    [InlineData("point.Dispose();")]
    public Task OtherConversionIsNoBoxing(string statement) => Check(statement);

    [Theory]
    [InlineData("Action a = {|RSV1004:() => { }|};")]
    [InlineData("Action a = {|RSV1004:static () => { }|};")]
    [InlineData("Action a = {|RSV1004:Other|};")]
    [InlineData("Action a = {|RSV1004:StaticOther|};")]
    [InlineData("Func<int> a = {|RSV1004:delegate { return number; }|};")]
    [InlineData("{|RSV1004:action += action|};")]
    [InlineData("Action? a = {|RSV1004:action - action|};")]
    [InlineData("{|RSV1004:Happened += action|};")]
    [InlineData("System.Linq.Expressions.Expression<Func<int>> e = {|RSV1001:() => 1|};")]
    public Task DelegateIsReported(string statement) => Check(statement);

    [Theory]
    [InlineData("Action a = action;")]
    [InlineData("int Twice() => 2 * number; Twice();")]
    [InlineData("unsafe { delegate*<void> p = &StaticOther; }")]
    [InlineData("Hook h = hook; h();")]
    public Task ExistingDelegateOrLocalFunctionIsFree(string statement) => Check(statement);

    [Theory]
    [InlineData("string s = {|RSV1005:$\"{number}\"|};")]
    [InlineData("string s = {|RSV1005:text + number|};")]
    [InlineData("string s = text; {|RSV1005:s += text|};")]
    [InlineData("string s = {|RSV1005:number.ToString()|};")]
    [InlineData("string s = {|RSV1005:text.Substring(1)|};")]
    [InlineData("string s = {|RSV1005:new string('x', 3)|};")]
    [InlineData("string s = {|RSV1005:string.Concat(text, text)|};")]
    [InlineData("string s = {|RSV1005:bytes.ToString()|};")]
    public Task StringIsReported(string statement) => Check(statement);

    [Theory]
    [InlineData("string s = \"text\";")]
    [InlineData("string s = \"a\" + \"b\";")]
    [InlineData("const string A = \"a\"; string s = $\"{A}b\";")]
    [InlineData("string s = nameof(number);")]
    [InlineData("int i = text.Length + text[0];")]
    [InlineData("bool b = text == \"x\";")]
    [InlineData("ReadOnlySpan<char> s = text.AsSpan();")]
    [InlineData("Write($\"{number}\");")]
    [InlineData("Write($\"{number}\" + $\"{number}\");")]
    public Task TextThatIsThereOrGoesToAHandlerIsNoString(string statement) => Check(statement);

    [Theory]
    [InlineData("{|RSV1007:throw new InvalidOperationException();|}")]
    [InlineData("int i = text is null ? {|RSV1007:throw new InvalidOperationException()|} : 1;")]
    [InlineData("try { } catch { {|RSV1007:throw;|} }")]
    public Task ThrowIsReportedOnce(string statement) => Check(statement);

    [Fact]
    public Task IteratorAndAsyncMethodAreReported() => AnalyzerCheck<AllocationFreeAnalyzer>.Run(
        """
        using System.Collections.Generic;
        using System.Threading.Tasks;
        using Cosmos.Common;

        [AllocationFree]
        internal sealed class Code
        {
            {|RSV1006:private IEnumerable<int> Count() { yield return 1; }|}

            {|RSV1006:private async void Wait() { }|}

            private void Local()
            {
                {|RSV1006:IEnumerable<int> Inner() { yield break; }|}
                {|RSV1006:async void Other() { }|}
                Inner();
                Other();
            }
        }
        """,
        typeof(AllocationFreeAttribute));

    [Theory]
    [InlineData("object o = new object();")]
    [InlineData("int[] a = [1, 2];")]
    [InlineData("object o = number;")]
    [InlineData("Action a = () => { };")]
    [InlineData("string s = $\"{number}\";")]
    [InlineData("throw new InvalidOperationException();")]
    public Task UnmarkedCodeMayAllocate(string statement) => AnalyzerCheck<AllocationFreeAnalyzer>.Run(Surround(statement, mark: ""), typeof(AllocationFreeAttribute));

    private static Task Check(string statement) => AnalyzerCheck<AllocationFreeAnalyzer>.Run(Surround(statement, "[AllocationFree]"), typeof(AllocationFreeAttribute));

    private static string Surround(string statement, string mark)
    {
        return $$"""
            using System;
            using System.Collections.Generic;
            using System.Runtime.CompilerServices;
            using Cosmos.Common;

            [AllocationFree]
            internal record struct Point(int X, int Y) : IDisposable
            {
                public void Dispose() { }
            }

            internal sealed record Pair(int A, int B);

            internal enum Kind { One, Other }

            [AllocationFree]
            internal delegate void Hook();

            [InterpolatedStringHandler]
            [AllocationFree]
            internal ref struct Handler
            {
                public Handler(int literals, int holes) { }

                public void AppendLiteral(string text) { }

                public void AppendFormatted(int number) { }
            }

            internal sealed class Code
            {
                private event Action? Happened;

                {{mark}}
                private unsafe void Method<T, U>(
                    int number, string text, int[] numbers, ReadOnlySpan<byte> bytes, IEnumerable<int> sequence, Point point, Pair pair, Kind kind, U free, T held, Action action, Hook hook)
                    where T : class, new()
                {
                    {{statement}}
                }

                [AllocationFree]
                private void Other() { }

                [AllocationFree]
                private static void StaticOther() { }

                [AllocationFree]
                private static void Many(params int[] numbers) { }

                [AllocationFree]
                private static void SpanOf(params ReadOnlySpan<int> numbers) { }

                [AllocationFree]
                private static void Write(Handler text) { }
            }
            """;
    }
}
