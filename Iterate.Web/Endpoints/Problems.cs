using System.Diagnostics;
using System.Globalization;
using Iterate.Domain.Api;
using Microsoft.AspNetCore.Diagnostics;

namespace Iterate.Web.Endpoints;

/// <summary>
/// Turns every fault of an API call into one RFC 9457 problem with <c>code</c> and <c>traceId</c> (requirement A-40).
/// A fault that is not a refusal is <c>internal</c>: logged once with its stack, never sent.
/// </summary>
internal sealed partial class Problems(ILogger<Problems> logger) : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (!httpContext.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            return false;
        }

        await WriteAsync(httpContext, Refusal(httpContext, exception));
        return true;
    }

    /// <summary>Answers a refusal.</summary>
    public static Task WriteAsync(HttpContext http, ApiException refusal)
    {
        var problem = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["type"] = $"urn:iterate:error:{refusal.Code}",
            ["title"] = refusal.Code.Replace('-', ' '),
            ["status"] = refusal.Status,
            ["code"] = refusal.Code,
            ["detail"] = refusal.Message,
            ["traceId"] = Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier,
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

    private ApiException Refusal(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case ApiException refusal:
                return refusal;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new(ErrorCodes.BatchTooLarge, "The body of a call may have 9 MiB.");
            case BadHttpRequestException:
                return ApiException.InvalidInput("$", "is not a readable request");
            default:
                LogUnhandled(logger, exception, http.Request.Method, http.Request.Path);
                return new(ErrorCodes.Internal, "Something broke on our side. The trace id finds it in the log.");
        }
    }

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private static partial void LogUnhandled(ILogger logger, Exception exception, string method, string path);
}
