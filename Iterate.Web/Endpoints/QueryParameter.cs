using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Microsoft.Extensions.Primitives;

namespace Iterate.Web.Endpoints;

/// <summary>A member of a request record as a query parameter.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Type">Type of its value, without <c>Nullable</c>.</param>
/// <param name="Members">Members of a nested record, which may be given by themselves; names of the outer record go first.</param>
internal sealed record QueryParameter(string Name, Type Type, IReadOnlyList<QueryParameter> Members)
{
    /// <summary>A request without it is refused.</summary>
    public required bool IsRequired { get; init; }

    /// <summary>May be given more than once.</summary>
    public bool IsList => Type == typeof(IReadOnlyList<string>);

    /// <summary>Is given as it is; everything else is JSON.</summary>
    public bool IsText => Type == typeof(string) || Type.IsEnum || Type == typeof(DateTimeOffset);

    /// <summary>The parameters of a record.</summary>
    public static IReadOnlyList<QueryParameter> Of(Type record)
    {
        var required = record.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => !parameter.HasDefaultValue).Select(parameter => JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!));
        return [.. Of(record, []).Select(parameter => parameter with { IsRequired = required.Contains(parameter.Name, StringComparer.Ordinal) })];
    }

    /// <summary>What was given, as JSON.</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>.</exception>
    public JsonNode? Read(StringValues values)
    {
        if (IsList)
        {
            return new JsonArray([.. values.Select(value => (JsonNode?)JsonValue.Create(value))]);
        }

        var text = values is [{ } only] ? only : throw ApiException.InvalidInput(Name, "must be given once");
        if (IsText)
        {
            return JsonValue.Create(text);
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: ApiJson.DocumentOptions);
        }
        catch (JsonException)
        {
            throw ApiException.InvalidInput(
                Name, Type == typeof(bool) ? "must be true or false" : Type.IsPrimitive ? "must be a number" : "must be JSON");
        }
    }

    private static QueryParameter[] Of(Type record, string[] taken)
    {
        var properties = record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => (Name: JsonNamingPolicy.CamelCase.ConvertName(property.Name), Type: Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType))
            .Where(property => !taken.Contains(property.Name, StringComparer.Ordinal))
            .ToArray();
        string[] names = [.. taken, .. properties.Select(property => property.Name)];
        return
        [
            .. properties.Select(property =>
                new QueryParameter(property.Name, property.Type, IsNestedRecord(property.Type) ? Of(property.Type, names) : []) { IsRequired = false }),
        ];
    }

    private static bool IsNestedRecord(Type type) => type.IsClass && type != typeof(string) && !type.IsAssignableTo(typeof(IEnumerable));
}
