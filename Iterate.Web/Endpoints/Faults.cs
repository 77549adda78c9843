using System.Diagnostics;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Microsoft.AspNetCore.Diagnostics;

namespace Iterate.Web.Endpoints;

/// <summary>
/// Where every exception of a request ends: as a problem for programs, as a page for people. One that is not a refusal
/// is <c>internal</c>: logged once with its stack, never sent (requirement A-40).
/// </summary>
internal sealed partial class Faults(ILogger<Faults> logger) : IExceptionHandler
{
    private static readonly PathString[] ForPrograms = ["/api", "/hubs", "/_blazor"];

    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var refusal = RefusalOf(httpContext, exception);
        await (Array.Exists(ForPrograms, prefix => httpContext.Request.Path.StartsWithSegments(prefix, StringComparison.Ordinal))
            ? Problems.WriteAsync(httpContext, refusal)
            : PageRefusals.AnswerAsync(httpContext, refusal));
        return true;
    }

    /// <summary>What an answer calls this request, and the log too.</summary>
    public static string TraceIdOf(HttpContext http) => Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    private ApiException RefusalOf(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case ApiException refusal:
                return refusal;
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return new(ErrorCodes.BatchTooLarge, "The body of a call may have 9 MiB.");
            case BadHttpRequestException:
                return ApiException.InvalidInput("$", "is not a readable request");
            case var outage when Outages.IsOutage(outage):
                LogOutage(logger, http.Request.Method, http.Request.Path, outage.GetBaseException().Message, TraceIdOf(http));
                return new(ErrorCodes.DatabaseUnavailable, "The database is not available; try again.") { RetryAfterSeconds = 1 };
            default:
                LogUnhandled(logger, exception, http.Request.Method, http.Request.Path, TraceIdOf(http));
                return new(ErrorCodes.Internal, "Something broke on our side. The trace id finds it in the log.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Method} {Path} found no database ({Reason}), trace {TraceId}")]
    private static partial void LogOutage(ILogger logger, string method, string path, string reason, string traceId);

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed, trace {TraceId}")]
    private static partial void LogUnhandled(ILogger logger, Exception exception, string method, string path, string traceId);
}
