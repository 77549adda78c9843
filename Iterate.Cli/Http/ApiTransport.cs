using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Iterate.Domain.Api;

namespace Iterate.Cli.Http;

/// <summary>Sends contract calls: <c>POST /api/{group}/{method}</c> with the request record as JSON.</summary>
/// <param name="client">Base address and credentials of the server.</param>
internal sealed class ApiTransport(HttpClient client)
{
    /// <summary>As the contract writes JSON, but members a newer server adds to its answers are skipped.</summary>
    internal static JsonSerializerOptions AnswerOptions { get; } =
        new(ApiJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    /// <summary>Clock of back-off and silence.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told whenever a live method lost its connection, with the wait before the next attempt.</summary>
    public Action<TimeSpan>? Reconnecting { get; init; }

    /// <summary>Calls a method and reads its one answer.</summary>
    public async Task<object> CallAsync(ApiMethod method, object request, CancellationToken cancellationToken)
    {
        using var message = Message(method, request, "application/json");
        using var response = await SendAsync(message, cancellationToken);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await JsonSerializer.DeserializeAsync(body, method.ResponseType, AnswerOptions, cancellationToken)
                ?? throw new JsonException("The answer is null.");
        }
        catch (JsonException exception)
        {
            throw new ServerUnreachableException($"{client.BaseAddress} answered {method.FullName} with something that cannot be read: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw Unreachable(exception);
        }
    }

    /// <summary>Follows a live method across lost connections; each item once.</summary>
    public async IAsyncEnumerable<object> FollowAsync(
        ApiMethod method, object request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var reader = new LiveReader(this, method, request, cancellationToken);
        while (await reader.NextAsync() is { } item)
        {
            yield return item;
        }
    }

    /// <summary>Downloads a file, part by part; the first part says what it is.</summary>
    public async IAsyncEnumerable<FilePart> DownloadAsync(
        ApiMethod method, object request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var message = Message(method, request, method.DownloadType!);
        using var response = await SendAsync(message, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        yield return new(default, HeadOf(response));
        var buffer = new byte[64 * 1024];
        while (await ReadAsync(body, buffer, cancellationToken) is > 0 and var length)
        {
            yield return new(buffer.AsMemory(0, length));
        }
    }

    /// <summary>Opens the event stream of a live method; the caller disposes the answer.</summary>
    internal async Task<HttpResponseMessage> OpenAsync(
        ApiMethod method, object request, string? lastEventId, CancellationToken cancellationToken)
    {
        using var message = Message(method, request, "text/event-stream");
        if (lastEventId is not null)
        {
            message.Headers.Add("Last-Event-ID", lastEventId);
        }

        return await SendAsync(message, cancellationToken);
    }

    private static HttpRequestMessage Message(ApiMethod method, object request, string accept)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, method.RequestType, ApiJson.Options));
        content.Headers.ContentType = new("application/json");
        return new(HttpMethod.Post, $"api/{method.Group}/{method.Name}")
        {
            Content = content,
            Headers = { Accept = { new MediaTypeWithQualityHeaderValue(accept) } },
        };
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw Unreachable(exception);
        }
        catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            throw new TimeoutException($"{client.BaseAddress} did not answer within {client.Timeout.TotalSeconds:0} s.", exception);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await Problem.ReadAsync(response, cancellationToken);
        }
    }

    private static FileHead HeadOf(HttpResponseMessage response) => new(
        response.Content.Headers.ContentDisposition?.FileName?.Trim('"') ?? "",
        response.Content.Headers.ContentType?.MediaType ?? "",
        response.Headers.Where(header => header.Key.StartsWith("X-", StringComparison.Ordinal))
            .ToDictionary(header => header.Key, header => string.Join(',', header.Value), StringComparer.Ordinal));

    private static async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new ServerUnreachableException($"The download broke off: {exception.Message}", exception);
        }
    }

    private ServerUnreachableException Unreachable(Exception exception) =>
        new($"{client.BaseAddress} cannot be reached: {exception.Message}", exception);
}
