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
    /// for the types of the filter), so that links stay readable; or the whole of it is given as JSON, such as
    /// <c>filter={"contains":"text"}</c> (requirement S-87).
    /// </summary>
    /// <exception cref="ApiException"><c>invalid-input</c>: unknown or missing parameters, wrong types.</exception>
    public static TRequest ReadQuery<TRequest>(IQueryCollection query)
        where TRequest : class
    {
        var unread = query.Keys.ToHashSet(StringComparer.Ordinal);
        var json = ReadMembers(QueryParameter.Of(typeof(TRequest)), query, unread);
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

    private static JsonObject ReadMembers(IReadOnlyList<QueryParameter> parameters, IQueryCollection query, HashSet<string> unread)
    {
        var json = new JsonObject();
        foreach (var parameter in parameters)
        {
            var nested = ReadMembers(parameter.Members, query, unread);
            if (query.TryGetValue(parameter.Name, out var values))
            {
                unread.Remove(parameter.Name);
                json[parameter.Name] = nested.Count > 0
                    ? throw ApiException.InvalidInput(parameter.Name, $"cannot be combined with {nested.First().Key}")
                    : parameter.Read(values);
            }
            else if (nested.Count > 0)
            {
                json[parameter.Name] = nested;
            }
        }

        return json;
    }

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
