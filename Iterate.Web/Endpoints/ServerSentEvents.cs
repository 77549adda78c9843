using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Iterate.Web.Endpoints;

/// <summary>Writes a live method as server-sent events (requirement S-95).</summary>
internal static class ServerSentEvents
{
    /// <summary>A write that cannot complete for so long closes the connection, here and on the hubs (requirement S-96).</summary>
    public static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Sends each item as <c>event: batch</c> with its cursor as <c>id:</c>, a comment every 15 s of silence, and a
    /// final <c>event: end</c> with the code that ended it: <c>shutdown</c> when this node stops (requirement S-99),
    /// none when the sequence is complete.
    /// </summary>
    public static async Task WriteAsync<TItem>(HttpContext http, Func<CancellationToken, IAsyncEnumerable<TItem>> open)
    {
        var lifetime = http.RequestServices.GetRequiredService<IHostApplicationLifetime>();
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        await using var items = open(ending.Token).GetAsyncEnumerator(ending.Token);
        var next = items.MoveNextAsync().AsTask();

        // Nothing is sent before the first item: a refusal until then is an ordinary problem answer.
        http.Response.ContentType = "text/event-stream";

        // How long a reader may take is decided below; the server's own rule would send it away much sooner.
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        http.Response.Headers.CacheControl = "no-cache, no-transform";
        try
        {
            var more = await next;
            await SendAsync(http, "retry: 1000\n"u8.ToArray(), time);
            while (more)
            {
                await SendAsync(http, Format("batch", items.Current, (items.Current as ICursor)?.Cursor), time);
                next = items.MoveNextAsync().AsTask();
                await HeartbeatUntilAsync(http, next, time);
                more = await next;
            }

            await EndAsync(http, lifetime.ApplicationStopping.IsCancellationRequested, time);
        }
        catch (ApiException refusal) when (http.Response.HasStarted)
        {
            await SendAsync(http, Format("end", new { code = refusal.Code, detail = refusal.Message }, id: null), time);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            await EndAsync(http, isShutdown: true, time);
        }
        catch (Exception fault) when (fault is IOException || http.RequestAborted.IsCancellationRequested)
        {
            // The reader went away or was sent away; it resumes by id when it comes back.
        }
        finally
        {
            // When writing failed the next item is still on its way, and until it came or was called off nothing may be disposed.
            await ending.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static Task EndAsync(HttpContext http, bool isShutdown, TimeProvider time) => SendAsync(
        http, isShutdown ? Format("end", new { code = "shutdown", detail = "This node stops." }, id: null) : Format("end", new { }, id: null), time);

    private static async Task HeartbeatUntilAsync(HttpContext http, Task next, TimeProvider time)
    {
        while (!next.IsCompleted)
        {
            try
            {
                await next.WaitAsync(HeartbeatInterval, time);
            }
            catch (TimeoutException) when (!next.IsCompleted)
            {
                await SendAsync(http, ": alive\n\n"u8.ToArray(), time);
            }
        }
    }

    private static byte[] Format<T>(string name, T item, string? id)
    {
        var head = id is null ? $"event: {name}\ndata: " : $"event: {name}\nid: {id}\ndata: ";
        return [.. Encoding.UTF8.GetBytes(head), .. JsonSerializer.SerializeToUtf8Bytes(item, ApiJson.Options), (byte)'\n', (byte)'\n'];
    }

    /// <summary>A write that cannot complete for 30 s closes the connection (requirement S-96).</summary>
    private static async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> frame, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(WriteTimeout, time);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, patience.Token);
        try
        {
            await http.Response.Body.WriteAsync(frame, timeout.Token);
            await http.Response.Body.FlushAsync(timeout.Token);
        }
        catch (OperationCanceledException slow) when (!http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
            throw new IOException("The reader did not take an event in time.", slow);
        }
    }
}
