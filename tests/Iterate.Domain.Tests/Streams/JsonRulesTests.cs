using System.Text;
using Iterate.Domain.Streams;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams;

/// <summary>The quick look at JSON knows nothing that the thorough one would not say (requirement S-10).</summary>
public sealed class JsonRulesTests
{
    private static readonly string[] Scalars = ["1", "-0.5", "12345678901234567890123", "1e5", "true", "null", "\"\"", "\" a b \"", "\"\\n\\\"\"", "\"é🙂\""];
    private static readonly string[] Gaps = ["", "", "", " ", "\n\t "];

    [Theory]
    [InlineData("""{"a":{"k":1},"b":{"k":1}}""")]
    [InlineData("""[{"k":1},{"k":1}]""")]
    [InlineData("""{"k":{"k":{"k":1}}}""")]
    public void Objects_have_names_of_their_own(string json) => JsonRules.Admit(json, "", out _).ShouldBe(json);

    [Theory]
    [InlineData("""{"k":1,"o":{"x":[{"y":1}]},"k":2}""", "/k")]
    [InlineData("""{"o":{"k":1},"p":{"k":1,"q":[],"k":2}}""", "/p/k")]
    public void A_name_comes_once_however_much_lies_between(string json, string pointer)
    {
        JsonRules.Admit(json, "", out var fault).ShouldBeNull();
        fault.Pointer.ShouldBe(pointer);
    }

    [Fact]
    public void An_object_of_very_many_names_is_looked_at_as_closely()
    {
        var names = Enumerable.Range(0, 1_000).Select(number => $"\"{number}\":{number}").ToArray();
        var json = $"{{{string.Join(',', names)}}}";
        JsonRules.Admit(json, "", out _).ShouldBe(json);

        JsonRules.Admit($"{{{string.Join(',', names)},\"7\":0}}", "", out var fault).ShouldBeNull();
        fault.Pointer.ShouldBe("/7");
    }

    [Fact]
    public void Whitespace_between_tokens_goes_and_all_else_stays()
    {
        var random = new Random(20_261_122);
        for (var round = 0; round < 2_000; round++)
        {
            var spaced = new StringBuilder();
            var compact = new StringBuilder();
            Write(random, depth: 0, token =>
            {
                spaced.Append(Pick(random, Gaps)).Append(token);
                compact.Append(token);
            });

            JsonRules.Admit(spaced.ToString(), "", out _).ShouldBe(compact.ToString());
            JsonRules.Admit(compact.ToString(), "", out _).ShouldBe(compact.ToString());
        }
    }

    private static void Write(Random random, int depth, Action<string> token)
    {
        var kind = depth == 4 ? 2 : random.Next(3);
        if (kind == 2)
        {
            token(Pick(random, Scalars));
            return;
        }

        token(kind == 0 ? "{" : "[");
        for (var member = 0; member < random.Next(5); member++)
        {
            if (member > 0)
            {
                token(",");
            }

            if (kind == 0)
            {
                token($"\"{(random.Next(4) == 0 ? "\\u0061" : "b")}{member}\"");
                token(":");
            }

            Write(random, depth + 1, token);
        }

        token(kind == 0 ? "}" : "]");
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
