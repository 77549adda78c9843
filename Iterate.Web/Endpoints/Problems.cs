using System.Globalization;
using Iterate.Domain.Api;

namespace Iterate.Web.Endpoints;

/// <summary>Answers a refusal as RFC 9457 problem with <c>code</c> and <c>traceId</c> (requirement A-40).</summary>
internal static class Problems
{
    public static Task WriteAsync(HttpContext http, ApiException refusal)
    {
        var problem = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["type"] = $"urn:iterate:error:{refusal.Code}",
            ["title"] = refusal.Code.Replace('-', ' '),
            ["status"] = refusal.Status,
            ["code"] = refusal.Code,
            ["detail"] = refusal.Message,
            ["traceId"] = Faults.TraceIdOf(http),
        };
        foreach (var (name, value) in refusal.Members)
        {
            problem[name] = value;
        }

        http.Response.StatusCode = refusal.Status;
        if (refusal.RetryAfterSeconds is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return http.Response.WriteAsJsonAsync(problem, ApiJson.Options, "application/problem+json", http.RequestAborted);
    }
}
