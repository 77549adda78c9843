using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Testing;
using Shouldly;
using Xunit;

namespace Iterate.Domain.Tests.Streams;

public sealed class EventLineImportTests
{
    private readonly RecordingStreams _streams = new();

    private static CancellationToken InTime => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_arrives_in_order_in_batches_of_at_most_500()
    {
        var text = string.Join('\n', Enumerable.Range(0, 1_201).Select(Line));

        var progress = await RunAsync(text);

        _streams.Batches.Select(batch => batch.Count).ShouldBe([500, 500, 201]);
        _streams.Committed.Select(input => input.Payload.Text).ShouldBe(Enumerable.Range(0, 1_201).Select(number => $"{number}"));
        progress.Count.ShouldBe(4);
        progress[0].Lines.ShouldBe(500);
        progress[^1].ShouldBe(new(1_201, 1_201, 0, text.Length, text.Length, Finished: true));
    }

    [Fact]
    public async Task Importing_again_commits_nothing()
    {
        var text = string.Join('\n', Enumerable.Range(0, 30).Select(number => $$"""{"type":"t","payload":{{number}},"idempotencyKey":"k{{number}}"}"""));
        await RunAsync(text);

        var again = await RunAsync(text);

        again[^1].Committed.ShouldBe(0);
        again[^1].AlreadyThere.ShouldBe(30);
    }

    [Theory]
    [InlineData("{\"type\":\"t\",", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{\"type\":\"t\",\"createdAt\":\"2026\"}", "/createdAt")]
    [InlineData("{\"type\":\"stream/created\"}", "stream/created")]
    public async Task A_bad_line_stops_the_import_and_earlier_lines_are_kept(string bad, string reason)
    {
        var text = $"{Line(1)}\n\n{Line(2)}\r\n{bad}\n{Line(3)}\n";

        var exception = await Should.ThrowAsync<EventLineException>(() => RunAsync(text));

        exception.Line.ShouldBe(4);
        exception.Reason.ShouldContain(reason);
        _streams.Committed.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_line_the_server_refuses_stops_the_import_and_earlier_lines_are_kept()
    {
        var text = $$"""
            {{Line(0)}}
            {"type":"t","payload":1,"idempotencyKey":"k"}
            {{Line(2)}}
            {"type":"t","payload":3,"idempotencyKey":"k"}
            {{Line(4)}}
            """;

        var exception = await Should.ThrowAsync<EventLineException>(() => RunAsync(text));

        exception.Line.ShouldBe(4);
        exception.Refusal!.Code.ShouldBe(ErrorCodes.IdempotencyConflict);
        _streams.Committed.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Batches_stay_within_4_MiB()
    {
        var large = JsonSerializer.Serialize(new string('x', 900_000));
        var text = string.Join('\n', Enumerable.Range(0, 9).Select(_ => $$"""{"type":"t","payload":{{large}}}"""));

        await RunAsync(text);

        _streams.Batches.Select(batch => batch.Count).ShouldBe([4, 4, 1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    public async Task Nothing_to_import_is_finished_at_once(string text)
    {
        var progress = await RunAsync(text);

        progress.Single().Finished.ShouldBeTrue();
        _streams.Batches.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_byte_order_mark_and_a_line_across_reads_are_understood()
    {
        using var lines = new SlowStream([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes($"{Line(1)}\n{Line(2)}")]);

        await foreach (var item in EventLineImport.RunAsync(_streams, "demo", "/a", lines, InTime))
        {
            item.TotalBytes.ShouldBeNull();
        }

        _streams.Committed.Count.ShouldBe(2);
    }

    private static string Line(int number) => $$"""{"type":"t","payload":{{number}}}""";

    private async Task<List<EventLineImportProgress>> RunAsync(string text)
    {
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var items = new List<EventLineImportProgress>();
        await foreach (var item in EventLineImport.RunAsync(_streams, "demo", "/a", lines, InTime))
        {
            items.Add(item);
        }

        return items;
    }

    /// <summary>The rules of the log over a list in memory: the importer must not need more of a server.</summary>
    private sealed class RecordingStreams : StreamsStub
    {
        private readonly List<StreamEvent> _log = [];
        private StreamTip _tip = StreamTip.Empty;

        public List<IReadOnlyList<EventInput>> Batches { get; } = [];

        public List<StreamEvent> Committed => _log;

        public override Task<AppendResponse> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
        {
            var admitted = EventAdmission.Admit(request.Events, EventOrigin.Caller);
            var decision = AppendRules.Decide(
                StreamPath.Root, _tip, StreamDetails.Empty, admitted, DateTimeOffset.UnixEpoch, key => _log.Find(committed => string.Equals(committed.IdempotencyKey, key, StringComparison.Ordinal)));
            Batches.Add(request.Events);
            _log.AddRange(decision.Written.Select(written => written.Event));
            _tip = decision.Tip;
            return Task.FromResult(new AppendResponse("str_1", decision.Events, _tip.HeadOffset, decision.Written.Count));
        }
    }

    /// <summary>Three bytes at a time and no length, like a pipe on a bad day.</summary>
    private sealed class SlowStream(byte[] bytes) : Stream
    {
        private int _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var length = Math.Min(Math.Min(3, buffer.Length), bytes.Length - _position);
            bytes.AsSpan(_position, length).CopyTo(buffer);
            _position += length;
            return length;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
