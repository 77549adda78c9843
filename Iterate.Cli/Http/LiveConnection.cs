using System.Net.ServerSentEvents;

namespace Iterate.Cli.Http;

/// <summary>One connection of a live method, read frame by frame.</summary>
internal sealed class LiveConnection : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly SilenceGuard _body;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _frames;

    private LiveConnection(HttpResponseMessage response, Stream body, TimeProvider time, CancellationToken cancellationToken)
    {
        _response = response;
        _body = new(body, LiveReader.LongestSilence, time);
        _parser = SseParser.Create(_body);
        _frames = _parser.EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>What the server asked for with <c>retry:</c>.</summary>
    public TimeSpan? RetryInterval =>
        _parser.ReconnectionInterval == Timeout.InfiniteTimeSpan ? null : _parser.ReconnectionInterval;

    /// <summary>Takes over an answer whose headers have arrived; <paramref name="cancellationToken"/> ends every read.</summary>
    public static async Task<LiveConnection> OpenAsync(HttpResponseMessage response, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return new(response, await response.Content.ReadAsStreamAsync(cancellationToken), time, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    /// <summary>The next frame.</summary>
    /// <exception cref="IOException">The connection ended, in whatever way, before a whole frame had arrived.</exception>
    /// <exception cref="TimeoutException">Nothing arrived for <see cref="LiveReader.LongestSilence"/>, not even a heartbeat.</exception>
    public async ValueTask<SseItem<string>> ReadAsync() =>
        await _frames.MoveNextAsync() ? _frames.Current : throw new IOException("The connection ended.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _frames.DisposeAsync();
        await _body.DisposeAsync();
        _response.Dispose();
    }
}
