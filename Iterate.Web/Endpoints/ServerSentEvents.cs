using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Web.Endpoints;

/// <summary>Writes a live method as server-sent events (requirement S-95).</summary>
internal static class ServerSentEvents
{
    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(30);

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
        http.Response.Headers.CacheControl = "no-cache, no-transform";
        try
        {
            var more = await next;
            await SendAsync(http, "retry: 1000\n");
            while (more)
            {
                await SendAsync(http, Format("batch", items.Current, (items.Current as ICursor)?.Cursor));
                next = items.MoveNextAsync().AsTask();
                await HeartbeatUntilAsync(http, next, time);
                more = await next;
            }

            await EndAsync(http, lifetime.ApplicationStopping.IsCancellationRequested);
        }
        catch (ApiException refusal) when (http.Response.HasStarted)
        {
            await SendAsync(http, Format("end", new { code = refusal.Code, detail = refusal.Message }, id: null));
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            await EndAsync(http, isShutdown: true);
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

    private static Task EndAsync(HttpContext http, bool isShutdown) => SendAsync(
        http, isShutdown ? Format("end", new { code = "shutdown", detail = "This node stops." }, id: null) : Format("end", new { }, id: null));

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
                await SendAsync(http, ": alive\n\n");
            }
        }
    }

    private static string Format<T>(string name, T item, string? id)
    {
        var text = new StringBuilder().Append("event: ").Append(name).Append('\n');
        if (id is not null)
        {
            text.Append("id: ").Append(id).Append('\n');
        }

        return text.Append("data: ").Append(JsonSerializer.Serialize(item, ApiJson.Options)).Append("\n\n").ToString();
    }

    /// <summary>A write that cannot complete for 30 s closes the connection (requirement S-96).</summary>
    private static async Task SendAsync(HttpContext http, string text)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        timeout.CancelAfter(WriteTimeout);
        try
        {
            await http.Response.WriteAsync(text, timeout.Token);
            await http.Response.Body.FlushAsync(timeout.Token);
        }
        catch (OperationCanceledException slow) when (!http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
            throw new IOException("The reader did not take an event in time.", slow);
        }
    }
}
