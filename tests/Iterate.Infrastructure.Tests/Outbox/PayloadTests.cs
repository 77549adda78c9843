using System.Collections;
using System.Reflection;
using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>What a payload may be (requirements O-4 and O-5).</summary>
public sealed class PayloadTests
{
    private static readonly string[] Secret = ["token", "secret", "password", "code"];

    public static TheoryData<Type> Payloads =>
    [
        .. new[] { typeof(IOutboxPayload).Assembly, typeof(IOutbox).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsClass && type.IsAssignableTo(typeof(IOutboxPayload))),
    ];

    [Theory]
    [MemberData(nameof(Payloads))]
    public void A_payload_has_no_member_for_a_secret(Type payload) => SecretsIn(payload, []).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Payloads))]
    public void An_event_is_named_by_its_owner_and_what_happened(Type payload) =>
        ((string)payload.GetProperty(nameof(IOutboxPayload.EventName), BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!)
            .ShouldMatch("^[a-z]+(-[a-z]+)*/[a-z]+(-[a-z]+)*$");

    [Fact]
    public void A_member_for_a_secret_is_found_however_deep() =>
        SecretsIn(typeof(Leaking), []).ShouldBe(["Leaking.AccessToken", "Nested.Code"], ignoreOrder: true);

    [Theory]
    [InlineData(0)]
    [InlineData(0xD83D)]
    [InlineData(0xDE00)]
    public void What_the_database_cannot_keep_is_refused(int character)
    {
        var text = $"before {(char)character} after";
        Should.Throw<ApiException>(() => OutboxPayloadJson.Serialize(new Poked(text))).Code.ShouldBe(ErrorCodes.InvalidInput);
        Should.Throw<ApiException>(() => OutboxPayloadJson.Serialize(new Keyed(new() { [text] = 1 }))).Code.ShouldBe(ErrorCodes.InvalidInput);
    }

    [Fact]
    public void What_is_whole_is_kept() =>
        JsonSerializer.Deserialize<Poked>(OutboxPayloadJson.Serialize(new Poked("\U0001F600 é")), ApiJson.Options).ShouldBe(new("\U0001F600 é"));

    private static IEnumerable<string> SecretsIn(Type type, HashSet<Type> seen)
    {
        if (!seen.Add(type))
        {
            yield break;
        }

        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (Array.Exists(Secret, word => property.Name.EndsWith(word, StringComparison.OrdinalIgnoreCase)))
            {
                yield return $"{type.Name}.{property.Name}";
            }

            var inner = property.PropertyType is { IsGenericType: true } generic && generic.IsAssignableTo(typeof(IEnumerable))
                ? generic.GenericTypeArguments[^1]
                : property.PropertyType;
            if (inner.Namespace?.StartsWith("Iterate", StringComparison.Ordinal) == true)
            {
                foreach (var found in SecretsIn(inner, seen))
                {
                    yield return found;
                }
            }
        }
    }

    private sealed record Keyed(Dictionary<string, int> Values) : IOutboxPayload
    {
        public static string EventName => "testing/keyed";
    }

    private sealed record Leaking(string AccessToken, IReadOnlyList<Nested> Inner);

    private sealed record Nested(string Code, string Fine);
}
