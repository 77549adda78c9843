using Iterate.Domain.Api;
using Microsoft.Net.Http.Headers;

namespace Iterate.Web.Endpoints;

/// <summary>Answers the file that a download method makes, part by part. A file that breaks off ends its connection, so nobody takes it for whole.</summary>
internal static class Downloads
{
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(30);

    public static async Task WriteAsync(HttpContext http, Func<CancellationToken, IAsyncEnumerable<FilePart>> open)
    {
        var lifetime = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            // Nothing is sent before the head of the file: a refusal until then is an ordinary problem answer.
            await foreach (var part in open(ending.Token))
            {
                if (part.Head is { } head)
                {
                    Begin(http.Response, head);
                }

                await SendAsync(http, part.Bytes, ending.Token);
            }
        }
        catch (Exception fault) when (http.Response.HasStarted)
        {
            http.Abort();
            if (fault is not (OperationCanceledException or IOException or ApiException))
            {
                throw;
            }
        }
    }

    private static void Begin(HttpResponse response, FileHead head)
    {
        response.ContentType = head.ContentType;
        response.Headers.CacheControl = "no-store, no-transform";
        response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = head.Name }.ToString();
        foreach (var (name, value) in head.Headers)
        {
            response.Headers[name] = value;
        }
    }

    /// <summary>A write that cannot complete for 30 s closes the connection, as with live methods (requirement S-96).</summary>
    private static async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> bytes, CancellationToken ending)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ending);
        timeout.CancelAfter(WriteTimeout);
        await http.Response.Body.WriteAsync(bytes, timeout.Token);
        await http.Response.Body.FlushAsync(timeout.Token);
    }
}
