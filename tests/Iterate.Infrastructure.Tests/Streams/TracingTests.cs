using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Streams;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>The spans of appends and drains, and what all telemetry costs when nobody wants it (requirement S-193).</summary>
public sealed class TracingTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task An_append_is_a_span_within_its_caller_and_its_drain_links_it()
    {
        using var spans = new Spans();
        using var caller = new Activity("caller").Start();

        await Append("/a", Event(), Event());

        var append = spans.Of(StreamsTracing.Append).Single(span => span.TraceId == caller.TraceId);
        append.ParentSpanId.ShouldBe(caller.SpanId);
        append.Status.ShouldBe(ActivityStatusCode.Unset);
        append.TagObjects.ShouldBe([new(StreamsTracing.Events, 2)]);
        var drain = spans.DrainsOf(append).Single();
        drain.Parent.ShouldBeNull();
        drain.ParentSpanId.ShouldBe(default);
        drain.TraceId.ShouldNotBe(caller.TraceId);
        drain.Status.ShouldBe(ActivityStatusCode.Unset);
        drain.TagObjects.ShouldBe([new(StreamsTracing.Events, 2), new(StreamsTracing.Appends, 1), new(StreamsTracing.Streams, 1)]);
        Activity.Current.ShouldBe(caller);
    }

    [Fact]
    public async Task Appends_that_share_a_drain_are_linked_by_one()
    {
        await Append("/a", Event());
        await using var node = TestNode.Create(ConnectionString, options => options.WriterLoops = 1);
        var streams = node.In(Project);
        using var spans = new Spans();
        using var caller = new Activity("caller").Start();
        await using var connection = await Node.DataSource.OpenConnectionAsync(InTime);
        await using var transaction = await connection.BeginTransactionAsync(InTime);
        await using var hold = new NpgsqlCommand("select id from stream where project_id = $1 for update", connection, transaction) { Parameters = { new() { Value = Project } } };
        await hold.ExecuteNonQueryAsync(InTime);

        var first = streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
        await WaitForLockAsync(node);
        var behind = Enumerable.Range(0, 5).Select(_ => streams.AppendAsync(new("demo", "/a", [Event(), Event()]), InTime)).ToArray();
        await transaction.RollbackAsync(InTime);
        await first;
        await Task.WhenAll(behind);

        var appends = spans.Of(StreamsTracing.Append).Where(span => span.TraceId == caller.TraceId).ToArray();
        appends.Length.ShouldBe(6);
        var shared = appends.SelectMany(spans.DrainsOf).Distinct().Single(drain => drain.Links.Count() == 5);
        shared.TagObjects.ShouldBe([new(StreamsTracing.Events, 10), new(StreamsTracing.Appends, 5), new(StreamsTracing.Streams, 1)]);
    }

    [Fact]
    public async Task A_refusal_is_named_by_its_code_and_is_no_fault_of_the_log()
    {
        await Append("/a", Event());
        using var spans = new Spans();
        using var caller = new Activity("caller").Start();

        await Refused(() => Append("/a", Event(offset: 9)), ErrorCodes.OffsetConflict);

        var append = spans.Of(StreamsTracing.Append).Single(span => span.TraceId == caller.TraceId);
        append.TagObjects.ShouldBe([new(StreamsTracing.Events, 1), new(StreamsMetrics.ErrorType, ErrorCodes.OffsetConflict)]);
        append.Status.ShouldBe(ActivityStatusCode.Unset);
        spans.DrainsOf(append).Single().Status.ShouldBe(ActivityStatusCode.Unset);
    }

    [Fact]
    public void What_nobody_collects_allocates_nothing()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new StreamsMetrics(services.GetRequiredService<IMeterFactory>());
        var events = EventAdmission.Admit([Event(), Event()], EventOrigin.Caller);
        var drain = new Drain([new() { ProjectId = Project, Path = StreamPath.Parse("/a"), Events = events, Mode = AppendMode.CreateIfMissing }]);
        Measure();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1_000; round++)
        {
            Measure();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Measure()
        {
            using var append = StreamsTracing.StartAppend(events.Count);
            using var span = StreamsTracing.StartDrain(drain);
            metrics.Drains(drain);
            metrics.Committed(drain, []);
            metrics.Answered(TimeSpan.FromMilliseconds(1));
            metrics.Refused(TimeSpan.FromMilliseconds(1), ErrorCodes.Busy);
            metrics.RingRead(hit: true);
            metrics.HintSent();
            metrics.PollCaught();
            StreamsTracing.Ended(span, DrainEnd.Committed);
        }
    }

    /// <summary>Collects the spans of the log, those of tests that run beside this one included.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new()
            {
                ShouldListenTo = source => source.Name == StreamsTracing.SourceName,
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IEnumerable<Activity> Of(string name) => _ended.Where(span => span.OperationName == name);

        public IEnumerable<Activity> DrainsOf(Activity append) =>
            Of(StreamsTracing.Drain).Where(drain => drain.Links.Any(link => link.Context.SpanId == append.SpanId));

        public void Dispose() => _listener.Dispose();
    }
}
