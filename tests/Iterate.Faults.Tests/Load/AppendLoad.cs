using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterate.Domain.Api;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Nodes;

namespace Iterate.Faults.Tests.Load;

/// <summary>A batch a node has acknowledged: its events' ids and the offsets they were said to have.</summary>
internal sealed record Acknowledged(string Path, IReadOnlyList<string> Ids, IReadOnlyList<long> Offsets, bool Keyed);

/// <summary>
/// Eight writers that append to a few streams and now and then to a new one, at whichever node answers. What has keys is
/// repeated until a node acknowledges it; every fourth batch has none and is sent once, so it may be there or not, but
/// never twice.
/// </summary>
internal sealed class AppendLoad : IAsyncDisposable
{
    /// <summary>Where new streams are made.</summary>
    public const string NewStreams = "/load/new";

    private const int Writers = 8;
    private const int Streams = 4;
    private const int BatchesPerNewStream = 40;

    // Nodes have to start beside it.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Backoff = TimeSpan.FromMilliseconds(50);

    private static readonly string[] Expected = [ErrorCodes.Busy, ErrorCodes.DatabaseUnavailable, ErrorCodes.AppendOutcomeUnknown];

    private readonly string _project;
    private readonly HttpClient[] _nodes;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _writing;
    private TaskCompletionSource _acknowledgedOne = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppendLoad(string project, HttpClient[] nodes)
    {
        _project = project;
        _nodes = nodes;
        _writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(writer))));
    }

    /// <summary>The streams that are there for as long as it runs.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. Enumerable.Range(0, Streams).Select(PathOf)];

    public ConcurrentQueue<Acknowledged> Acknowledged { get; } = new();

    /// <summary>How often a call failed, by code; <c>connection</c> where there was no answer.</summary>
    public ConcurrentDictionary<string, int> Failures { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers that no fault explains.</summary>
    public ConcurrentQueue<string> Unexpected { get; } = new();

    /// <param name="project">Its project.</param>
    /// <param name="secret">Who writes.</param>
    /// <param name="patience">How long a writer waits for an answer.</param>
    /// <param name="nodes">Where it writes.</param>
    public static AppendLoad Start(string project, string secret, TimeSpan patience, params BuiltHost[] nodes) => new(
        project,
        [.. nodes.Select(node =>
        {
            var client = node.Client(secret);
            client.Timeout = patience;
            return client;
        })]);

    /// <summary>Waits until a writer is acknowledged from now on.</summary>
    public Task AcknowledgedAsync(TimeSpan within)
    {
        var next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref _acknowledgedOne, next);
        return next.Task.WaitAsync(within);
    }

    /// <summary>Lets every writer end the batch it is at.</summary>
    public async Task FinishAsync(TimeSpan within)
    {
        await _ending.CancelAsync();
        await _writing.WaitAsync(within);
    }

    /// <summary>Sends batches again that were acknowledged; answers those that came back different.</summary>
    public async Task<IReadOnlyList<string>> DifferentAsync(HttpClient node, IEnumerable<Acknowledged> batches)
    {
        var different = new List<string>();
        foreach (var batch in batches.Where(batch => batch.Keyed))
        {
            var answer = await node.CallAsync<AppendResponse>("streams/append", Request(batch));
            var offsets = OffsetsOf(answer);
            if (answer.CommittedCount != 0 || !offsets.SequenceEqual(batch.Offsets))
            {
                different.Add($"{batch.Path} {batch.Ids[0]}: {string.Join(',', batch.Offsets)} became {string.Join(',', offsets)}");
            }
        }

        return different;
    }

    /// <summary>
    /// Sends a batch of somebody else's until it is acknowledged, and takes it among its own then.
    /// </summary>
    /// <returns>How many of its events were written now.</returns>
    public async Task<int> RepeatAsync(HttpClient node, Acknowledged batch, TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        while (true)
        {
            if (await TryAsync(node, batch) is { } answer)
            {
                Acknowledged.Enqueue(batch with { Offsets = OffsetsOf(answer) });
                return answer.CommittedCount;
            }

            await Task.Delay(Backoff, late.Token);
        }
    }

    /// <summary>The body of an append.</summary>
    public object Request(Acknowledged batch) => new
    {
        project = _project,
        path = batch.Path,
        events = batch.Ids.Select(id => new { type = "load/written", payload = new { id }, idempotencyKey = batch.Keyed ? id : null }),
    };

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        foreach (var node in _nodes)
        {
            node.Dispose();
        }

        _ending.Dispose();
    }

    private static string PathOf(int stream) => string.Create(CultureInfo.InvariantCulture, $"/load/{stream}");

    private static long[] OffsetsOf(AppendResponse answer) => [.. answer.Events.Select(written => written.Offset)];

    private async Task WriteAsync(int writer)
    {
        for (var number = 0; !_ending.IsCancellationRequested; number++)
        {
            var keyed = number % 4 != 3;
            var path = number % BatchesPerNewStream == writer
                ? string.Create(CultureInfo.InvariantCulture, $"{NewStreams}/{writer}-{number}")
                : PathOf((writer + number) % Streams);
            string[] ids = [.. Enumerable.Range(0, 1 + number % 3).Select(part => string.Create(CultureInfo.InvariantCulture, $"{writer}-{number}-{part}"))];
            var batch = new Acknowledged(path, ids, Offsets: [], keyed);
            var answer = await TryAsync(_nodes[(writer + number) % _nodes.Length], batch);
            for (var again = 1; answer is null && keyed; again++)
            {
                await Task.Delay(Backoff);
                answer = await TryAsync(_nodes[(writer + number + again) % _nodes.Length], batch);
            }

            if (answer is not null)
            {
                Acknowledged.Enqueue(batch with { Offsets = OffsetsOf(answer) });
                _acknowledgedOne.TrySetResult();
            }

            await Task.Delay(Pause);
        }
    }

    private async Task<AppendResponse?> TryAsync(HttpClient node, Acknowledged batch)
    {
        try
        {
            using var response = await node.PostAsync("streams/append", Request(batch));
            var text = await response.TextAsync();
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return JsonSerializer.Deserialize<AppendResponse>(text, ApiJson.Options)!;
            }

            var code = JsonNode.Parse(text)?["code"]?.GetValue<string>() ?? "none";
            Failed(code);
            if (!Expected.Contains(code))
            {
                Unexpected.Enqueue($"{(int)response.StatusCode} {text}");
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            Failed("connection");
        }
        catch (TaskCanceledException)
        {
            Failed("no answer");
        }

        return null;
    }

    private void Failed(string code) => Failures.AddOrUpdate(code, 1, (_, count) => count + 1);
}
