using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>
/// JSON containment: an object contains one with some of its members, an array one with some of its elements in any
/// order, at every depth; at the top an array also contains each of its scalars. Exactly PostgreSQL's <c>@&gt;</c>.
/// </summary>
internal static class JsonContainment
{
    /// <summary>Whether <paramref name="value"/> contains <paramref name="part"/>. An absent value contains nothing.</summary>
    public static bool Contains(JsonText value, JsonElement part)
    {
        if (value.IsAbsent)
        {
            return false;
        }

        using var document = value.ToDocument();
        var whole = document.RootElement;
        return whole.ValueKind == JsonValueKind.Array && part.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)
            ? AnyElement(whole, part)
            : Holds(whole, part);
    }

    private static bool Holds(JsonElement value, JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.Object => value.ValueKind == JsonValueKind.Object && AllMembers(value, part),
        JsonValueKind.Array => value.ValueKind == JsonValueKind.Array && part.EnumerateArray().All(element => AnyElement(value, element)),
        JsonValueKind.String => value.ValueKind == JsonValueKind.String && string.Equals(value.GetString(), part.GetString(), StringComparison.Ordinal),
        JsonValueKind.Number => value.ValueKind == JsonValueKind.Number && JsonNumbers.AreEqual(value.GetRawText(), part.GetRawText()),
        _ => value.ValueKind == part.ValueKind,
    };

    private static bool AllMembers(JsonElement value, JsonElement part) =>
        part.EnumerateObject().All(member => value.TryGetProperty(member.Name, out var own) && Holds(own, member.Value));

    private static bool AnyElement(JsonElement array, JsonElement part) => array.EnumerateArray().Any(element => Holds(element, part));
}
