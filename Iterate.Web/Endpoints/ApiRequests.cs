using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;

namespace Iterate.Web.Endpoints;

/// <summary>Reads the request record of a call, from a JSON body or from query parameters.</summary>
internal static class ApiRequests
{
    /// <summary>Reads the body.</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>: not JSON, unknown or missing members, wrong types.</exception>
    public static async Task<TRequest> ReadBodyAsync<TRequest>(HttpContext http)
        where TRequest : class
    {
        if (!http.Request.HasJsonContentType())
        {
            throw NotJson();
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<TRequest>(http.Request.Body, ApiJson.Options, http.RequestAborted)
                ?? throw ApiException.InvalidInput("$", "must be an object");
        }
        catch (JsonException fault)
        {
            throw InvalidJson(fault);
        }
    }

    /// <summary>
    /// Reads query parameters into the record. Members of a nested record stand at top level (<c>types=a&amp;types=b</c>
    /// for the types of the filter), so that links stay readable (requirement S-87).
    /// </summary>
    /// <exception cref="ApiException"><c>invalid-input</c>: unknown or missing parameters, wrong types.</exception>
    public static TRequest ReadQuery<TRequest>(IQueryCollection query)
        where TRequest : class
    {
        var unread = query.Keys.ToHashSet(StringComparer.Ordinal);
        var json = ReadMembers(typeof(TRequest), query, unread);
        if (unread.Count > 0)
        {
            throw ApiException.InvalidInput(unread.First(), "is not a parameter of this method");
        }

        try
        {
            return json.Deserialize<TRequest>(ApiJson.Options)!;
        }
        catch (JsonException fault)
        {
            throw InvalidJson(fault);
        }
    }

    /// <summary>The refusal of a body of another type.</summary>
    public static ApiException NotJson() => ApiException.InvalidInput("Content-Type", "must be application/json");

    private static JsonObject ReadMembers(Type record, IQueryCollection query, HashSet<string> unread)
    {
        var json = new JsonObject();
        foreach (var property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (IsNestedRecord(property.PropertyType))
            {
                var nested = ReadMembers(property.PropertyType, query, unread);
                if (nested.Count > 0)
                {
                    json[name] = nested;
                }
            }
            else if (query.TryGetValue(name, out var values))
            {
                unread.Remove(name);
                json[name] = IsList(property.PropertyType)
                    ? new JsonArray([.. values.Select(value => (JsonNode?)JsonValue.Create(value))])
                    : ReadScalar(name, values.Count == 1 ? values[0]! : throw ApiException.InvalidInput(name, "must be given once"), property.PropertyType);
            }
        }

        return json;
    }

    private static JsonNode? ReadScalar(string name, string text, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string) || type.IsEnum || type == typeof(DateTimeOffset))
        {
            return JsonValue.Create(text);
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: ApiJson.DocumentOptions);
        }
        catch (JsonException)
        {
            throw ApiException.InvalidInput(name, type == typeof(bool) ? "must be true or false" : "must be a number");
        }
    }

    private static bool IsNestedRecord(Type type) => type.IsClass && type != typeof(string) && !IsList(type);

    private static bool IsList(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(IEnumerable));

    private static ApiException InvalidJson(JsonException fault)
    {
        if (fault.InnerException is ApiException refusal)
        {
            return refusal;
        }

        var path = fault.Path is null or "$" ? "" : fault.Path.StartsWith("$.", StringComparison.Ordinal) ? fault.Path[2..] : fault.Path;
        return MissingIn(fault) is { Length: > 0 } missing
            ? ApiException.InvalidInput(path.Length > 0 ? $"{path}.{missing}" : missing, "is required")
            : ApiException.InvalidInput(path.Length > 0 ? path : "$", Reason(fault));
    }

    /// <summary>The first required member that is not there; the serializer names it only within its sentence.</summary>
    private static string? MissingIn(JsonException fault) =>
        fault.Message.Split("missing required properties including: '", 2) is [_, var names] ? names.Split('\'', 2)[0] : null;

    /// <summary>The serializer's own sentence, without the position it appends and without the names of our types.</summary>
    private static string Reason(JsonException fault)
    {
        var message = fault.Message.Split(" Path:", 2)[0];
        return message.Contains("could not be mapped", StringComparison.Ordinal) ? "is not a member of this request"
            : message.Contains("Iterate.", StringComparison.Ordinal) || message.Contains("System.", StringComparison.Ordinal) ? "has the wrong shape"
            : message;
    }
}
