using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Cli.Http;

/// <summary>
/// Reads one live method over as many connections as it takes. A frame counts when it arrived whole, and the next
/// connection goes on after the last such frame by its id, so each item comes once (requirements S-91, S-95).
/// </summary>
/// <remarks>
/// The first connection must succeed. A later one that fails is tried again without end, after the server's
/// <c>retry:</c> interval doubled with every failure up to 15 s; a refusal other than a 5xx ends the reading.
/// </remarks>
internal sealed class LiveReader(ApiTransport transport, ApiMethod method, object request, CancellationToken cancellationToken) : IAsyncDisposable
{
    /// <summary>Three heartbeats missed: the connection is dead even if nobody said so.</summary>
    internal static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private LiveConnection? _connection;
    private TimeSpan _retryInterval = TimeSpan.FromSeconds(1);
    private string? _lastEventId;
    private bool _wasConnected;
    private int _failures;

    /// <summary>The next item; null when the server said that there is no more, in a final frame without a code.</summary>
    public async ValueTask<object?> NextAsync()
    {
        while (true)
        {
            try
            {
                _connection ??= await ConnectAsync();
                var frame = await _connection.ReadAsync();
                _failures = 0;
                _lastEventId = frame.EventId ?? _lastEventId;
                _retryInterval = _connection.RetryInterval ?? _retryInterval;
                switch (frame.EventType)
                {
                    case "batch":
                        return Read<object>(frame.Data, method.ResponseType);
                    case "end":
                        return End(Read<JsonElement>(frame.Data, typeof(JsonElement)));
                }
            }
            catch (Exception exception) when (_wasConnected && IsLoss(exception) && !cancellationToken.IsCancellationRequested)
            {
                await DisposeAsync();
                await WaitAsync();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }
    }

    private async Task<LiveConnection> ConnectAsync()
    {
        var response = await transport.OpenAsync(method, request, _lastEventId, cancellationToken);
        _wasConnected = true;
        return await LiveConnection.OpenAsync(response, transport.Time, cancellationToken);
    }

    private async Task WaitAsync()
    {
        // Jitter, so that everybody who followed a restarted server does not come back in the same instant.
        var doubled = _retryInterval * Math.Pow(2, Math.Min(_failures, 10)) * (0.8 + (0.4 * Random.Shared.NextDouble()));
        var wait = doubled < LongestWait ? doubled : LongestWait;
        _failures++;
        transport.Reconnecting?.Invoke(wait);
        await Task.Delay(wait, transport.Time, cancellationToken);
    }

    private T Read<T>(string data, Type type)
    {
        try
        {
            return (T?)JsonSerializer.Deserialize(data, type, ApiTransport.AnswerOptions) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{method.FullName} sent a frame that cannot be read: {exception.Message}", exception);
        }
    }

    private static object? End(JsonElement end)
    {
        var code = end.ValueKind is JsonValueKind.Object && end.TryGetProperty("code", out var value) ? value.GetString() : null;
        return code switch
        {
            null => null,
            "shutdown" => throw new IOException("The server is shutting down."),
            _ => throw Problem.Refusal(end, status: 0),
        };
    }

    private static bool IsLoss(Exception exception) => exception switch
    {
        HttpRequestException or IOException or TimeoutException or ServerUnreachableException => true,
        ApiException refusal => refusal.Status >= 500,
        UnknownRefusalException refusal => refusal.Status >= 500,
        _ => false,
    };
}
