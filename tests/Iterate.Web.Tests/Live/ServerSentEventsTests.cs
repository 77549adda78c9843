using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Iterate.Domain.Api;
using Iterate.Testing;
using Iterate.Web.Endpoints;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Xunit;

namespace Iterate.Web.Tests.Live;

/// <summary>How a live method becomes an answer, on a clock that the test moves (requirements S-95, S-96 and S-99).</summary>
public sealed class ServerSentEventsTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly ManualLifetime _lifetime = new();
    private readonly Channel<Item> _items = Channel.CreateUnbounded<Item>();
    private readonly CancellationTokenSource _reader = new();
    private readonly Pipe _wire = new();
    private readonly DefaultHttpContext _http = new();
    private readonly EventStream _stream;
    private readonly TaskCompletionSource _sequenceEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServerSentEventsTests()
    {
        _http.RequestServices = new ServiceCollection()
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton<IHostApplicationLifetime>(_lifetime)
            .BuildServiceProvider();
        _http.RequestAborted = _reader.Token;
        _http.Features.Set<IHttpResponseFeature>(new StartedResponse());
        _http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_wire.Writer.AsStream()));
        _stream = new(_wire.Reader.AsStream(), response: null);
    }

    [Fact(Timeout = 30_000)]
    public async Task Silence_is_broken_by_a_comment_every_fifteen_seconds()
    {
        var writing = Write();
        _items.Writer.TryWrite(new("1"));
        (await _stream.NextAsync())!.Id.ShouldBe("1");

        for (var beat = 0; beat < 3; beat++)
        {
            await AdvanceAsync(TimeSpan.FromSeconds(15));
            (await _stream.NextAsync())!.Comment.ShouldBe("alive");
        }

        _items.Writer.TryWrite(new("2"));
        (await _stream.NextAsync())!.Id.ShouldBe("2");
        await EndAsync(writing);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_refusal_after_the_first_item_ends_the_stream_with_its_code()
    {
        var writing = Write();
        _items.Writer.TryWrite(new("1"));
        await _stream.NextAsync();

        _items.Writer.Complete(ApiException.NotFound());

        var end = (await _stream.NextAsync())!;
        end.Event.ShouldBe("end");
        end.Id.ShouldBeNull();
        end.Json["code"]!.GetValue<string>().ShouldBe(ErrorCodes.NotFound);
        await writing;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_complete_sequence_ends_without_a_code()
    {
        var writing = Write();
        _items.Writer.TryWrite(new("1"));
        await _stream.NextAsync();

        _items.Writer.Complete();

        var end = (await _stream.NextAsync())!;
        end.Event.ShouldBe("end");
        end.Data.ShouldBe("{}");
        await writing;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_node_that_stops_says_so()
    {
        var writing = Write();
        _items.Writer.TryWrite(new("1"));
        await _stream.NextAsync();

        _lifetime.StopApplication();

        (await _stream.NextAsync())!.Json["code"]!.GetValue<string>().ShouldBe("shutdown");
        await writing;
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reader_who_leaves_ends_the_sequence_and_is_no_fault()
    {
        var writing = Write();
        _items.Writer.TryWrite(new("1"));
        await _stream.NextAsync();

        await _reader.CancelAsync();

        await writing;
        await _sequenceEnded.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_connection_that_breaks_under_a_heartbeat_ends_the_sequence_and_is_no_fault()
    {
        var writing = Write();
        _items.Writer.TryWrite(new("1"));
        await _stream.NextAsync();

        _http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new BrokenStream()));
        await AdvanceAsync(TimeSpan.FromSeconds(15));

        await writing;
        await _sequenceEnded.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reader_who_takes_nothing_for_thirty_seconds_is_sent_away()
    {
        var lifetime = new AbortableRequest();
        _http.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        var connection = new StuckStream();
        _http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(connection));
        var writing = Write();
        _items.Writer.TryWrite(new("1"));
        await connection.IsWrittenTo;
        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        writing.IsCompleted.ShouldBeFalse();

        _time.Advance(TimeSpan.FromTicks(1));

        await writing;
        lifetime.Aborted.ShouldBeTrue();
        await _sequenceEnded.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _reader.Dispose();
        _lifetime.Dispose();
    }

    private Task Write() => ServerSentEvents.WriteAsync(_http, ending => ItemsAsync(ending));

    private async IAsyncEnumerable<Item> ItemsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in _items.Reader.ReadAllAsync(cancellationToken))
            {
                yield return item;
            }
        }
        finally
        {
            _sequenceEnded.SetResult();
        }
    }

    /// <summary>Moves the clock once something is due at its end: a write that is still on its way waits for longer.</summary>
    private async Task AdvanceAsync(TimeSpan by)
    {
        while (!_time.IsDueWithin(by))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        _time.Advance(by);
    }

    private async Task EndAsync(Task writing)
    {
        _items.Writer.Complete();
        await _stream.NextAsync();
        await writing;
    }

    /// <summary>Without a server nobody else would notice that writing has begun.</summary>
    private sealed class StartedResponse : HttpResponseFeature
    {
        public override bool HasStarted => true;
    }

    private sealed class AbortableRequest : IHttpRequestLifetimeFeature
    {
        public bool Aborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => Aborted = true;
    }

    internal sealed record Item(string Cursor) : ICursor;

    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsWrittenTo => _written.Task;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _written.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("Connection reset by peer");

        public override Task FlushAsync(CancellationToken cancellationToken) => throw new IOException("Connection reset by peer");
    }
}
