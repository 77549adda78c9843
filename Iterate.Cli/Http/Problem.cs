using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Cli.Http;

/// <summary>Turns an answer that is not a success into the exception the same refusal is in process.</summary>
internal static class Problem
{
    private static readonly string[] StandardMembers = ["type", "title", "status", "code", "detail", "instance", "traceId"];

    /// <summary>The refusal in <paramref name="response"/>, or that no iterate server answered.</summary>
    public static async Task<Exception> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var address = response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Authority);
        if (response.Content.Headers.ContentType?.MediaType is not "application/problem+json")
        {
            return new ServerUnreachableException($"{address} answered {status} and not as iterate does.");
        }

        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var problem = await JsonDocument.ParseAsync(body, ApiJson.DocumentOptions, cancellationToken);
            return Refusal(problem.RootElement, status, response.Headers.RetryAfter?.Delta);
        }
        catch (JsonException exception)
        {
            return new ServerUnreachableException($"{address} answered {status} with a problem that cannot be read.", exception);
        }
    }

    /// <summary>The refusal described by <paramref name="problem"/>; the body of an answer, or of a final frame.</summary>
    /// <exception cref="JsonException">There is no code.</exception>
    public static Exception Refusal(JsonElement problem, int status, TimeSpan? retryAfter = null)
    {
        var code = Text(problem, "code") ?? throw new JsonException("A problem without a code.");
        var detail = Text(problem, "detail") ?? Text(problem, "title") ?? "The server gave no reason.";
        return ErrorCodes.All.Contains(code, StringComparer.Ordinal)
            ? new ApiException(code, detail)
            {
                Members = problem.EnumerateObject()
                    .Where(member => !StandardMembers.Contains(member.Name, StringComparer.Ordinal))
                    .ToDictionary(member => member.Name, member => (object?)member.Value.Clone(), StringComparer.Ordinal),
                RetryAfterSeconds = retryAfter is { } wait ? (int)Math.Ceiling(wait.TotalSeconds) : null,
            }
            : new UnknownRefusalException(code, status, detail);
    }

    private static string? Text(JsonElement problem, string member) =>
        problem.ValueKind is JsonValueKind.Object && problem.TryGetProperty(member, out var value) && value.ValueKind is JsonValueKind.String
            ? value.GetString()
            : null;
}
