using System.Linq;
using System.Threading.Tasks;
using Cosmos.Build.Analyzers;
using Cosmos.Common;
using Xunit;

namespace Reservoir.Tests.Unit.Analyzers;

/// <summary>Each way to allocate is reported in a marked method, and what only looks like it is not.</summary>
public sealed class AllocationTests
{
    [Fact]
    public Task ObjectIsReported() => Check(
        "object o = {|RSV1001:new object()|};",
        "List<int> o = {|RSV1001:new()|};",
        "var o = {|RSV1001:new { number }|};",
        "Pair o = {|RSV1001:pair with { A = 2 }|};",
        "T o = {|RSV1001:new T()|};",
        "dynamic o = text; int i = {|RSV1001:{|RSV1001:o.Missing|}()|};",
        "foreach (int i in {|RSV1001:{|RSV1009:{|RSV1009:{|RSV1009:{|RSV1009:sequence|}|}|}|}|}) { }");

    [Fact]
    public Task ValueIsNoObject() => Check(
        "Point p = new Point(1, 2);",
        "Point p = default;",
        "var p = new Point { X = 1 };",
        "(int, int) p = (number, 2); (int a, int b) = p;",
        "Point p = point with { X = 2 };",
        "foreach (byte b in bytes) { }",
        "foreach (int i in numbers) { }",
        "foreach (char c in text) { }");

    [Fact]
    public Task ArrayIsReported() => Check(
        "int[] a = {|RSV1002:new int[4]|};",
        "int[] a = {|RSV1002:{ 1, 2 }|};",
        "int[] a = {|RSV1002:new[] { 1, number }|};",
        "int[] a = {|RSV1002:new int[0]|};",
        "int[] a = {|RSV1002:[1, 2]|};",
        "List<int> a = {|RSV1002:[1, 2]|};",
        "List<int> a = {|RSV1002:[]|};",
        "IEnumerable<int> a = {|RSV1002:[1, 2]|};",
        "ReadOnlySpan<int> a = {|RSV1002:new int[] { 1, number }|};",
        "Span<int> a = {|RSV1002:[..numbers]|};",
        "{|RSV1002:Many(1, 2)|};");

    [Fact]
    public Task TableInTheImageOrOnTheStackIsNoArray() => Check(
        "Span<byte> a = stackalloc byte[16];",
        "ReadOnlySpan<byte> a = \"text\"u8;",
        "ReadOnlySpan<byte> a = new byte[] { 1, 2, 3 };",
        "ReadOnlySpan<int> a = new int[] { 1, 2, 3 };",
        "ReadOnlySpan<int> a = [1, 2, 3];",
        "Span<int> a = [1, number];",
        "int[] a = [];",
        "Many();",
        "Many(numbers);",
        "SpanOf(1, number);");

    [Fact]
    public Task BoxingIsReported() => Check(
        "object o = {|RSV1003:number|};",
        "object o = {|RSV1003:(object)number|};",
        "IDisposable o = {|RSV1003:point|};",
        "Enum o = {|RSV1003:kind|};",
        "object o = {|RSV1003:free|};",
        "Type o = {|RSV1003:{|RSV1009:number.GetType()|}|};",
        "bool b = {|RSV1003:{|RSV1009:kind.HasFlag({|RSV1003:Kind.Other|})|}|};");

    [Fact]
    public Task OtherConversionIsNoBoxing() => Check(
        "object o = text;",
        "long l = number;",
        "int? i = number;",
        "object o = held;",
        "point.Dispose();");

    [Fact]
    public Task DelegateIsReported() => Check(
        "Action a = {|RSV1004:() => { }|};",
        "Action a = {|RSV1004:static () => { }|};",
        "Action a = {|RSV1004:Other|};",
        "Action a = {|RSV1004:StaticOther|};",
        "Func<int> a = {|RSV1004:delegate { return number; }|};",
        "{|RSV1004:action += action|};",
        "Action? a = {|RSV1004:action - action|};",
        "{|RSV1004:Happened += action|};",
        "System.Linq.Expressions.Expression<Func<int>> e = {|RSV1001:() => 1|};");

    [Fact]
    public Task ExistingDelegateOrLocalFunctionIsFree() => Check(
        "Action a = action;",
        "int Twice() => 2 * number; Twice();",
        "unsafe { delegate*<void> p = &StaticOther; }",
        "Hook h = hook; h();");

    [Fact]
    public Task StringIsReported() => Check(
        "string s = {|RSV1005:$\"{number}\"|};",
        "string s = {|RSV1005:text + number|};",
        "string s = text; {|RSV1005:s += text|};",
        "string s = {|RSV1005:number.ToString()|};",
        "string s = {|RSV1005:text.Substring(1)|};",
        "string s = {|RSV1005:new string('x', 3)|};",
        "string s = {|RSV1005:string.Concat(text, text)|};",
        "string s = {|RSV1005:bytes.ToString()|};");

    [Fact]
    public Task TextThatIsThereOrGoesToAHandlerIsNoString() => Check(
        "string s = \"text\";",
        "string s = \"a\" + \"b\";",
        "const string A = \"a\"; string s = $\"{A}b\";",
        "string s = nameof(number);",
        "int i = text.Length + text[0];",
        "bool b = text == \"x\";",
        "ReadOnlySpan<char> s = text.AsSpan();",
        "Write($\"{number}\");",
        "Write($\"{number}\" + $\"{number}\");");

    [Fact]
    public Task ThrowIsReportedOnce() => Check(
        "{|RSV1007:throw new InvalidOperationException();|}",
        "int i = text is null ? {|RSV1007:throw new InvalidOperationException()|} : 1;",
        "try { } catch { {|RSV1007:throw;|} }");

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

    [Fact]
    public Task UnmarkedCodeMayAllocate() => CheckUnmarked(
        "object o = new object();",
        "int[] a = [1, 2];",
        "object o = number;",
        "Action a = () => { };",
        "string s = $\"{number}\";",
        "throw new InvalidOperationException();");

    private static Task Check(params string[] bodies) =>
        AnalyzerCheck<AllocationFreeAnalyzer>.Run(Surround("[AllocationFree]", bodies), typeof(AllocationFreeAttribute));

    private static Task CheckUnmarked(params string[] bodies) =>
        AnalyzerCheck<AllocationFreeAnalyzer>.Run(Surround("", bodies), typeof(AllocationFreeAttribute));

    /// <summary>A class with one method for each body.</summary>
    private static string Surround(string mark, string[] bodies)
    {
        string methods = string.Join("\n", bodies.Select((body, i) =>
            $$"""
                {{mark}}
                private unsafe void Method{{i}}<T, U>(
                    int number, string text, int[] numbers, ReadOnlySpan<byte> bytes, IEnumerable<int> sequence,
                    Point point, Pair pair, Kind kind, U free, T held, Action action, Hook hook)
                    where T : class, new()
                {
                    {{body}}
                }
            """));

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

                {{methods}}

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
