using System.Collections.Concurrent;
using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;
using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

/// <summary>What a busy writer loop remembers of its streams is never taken for what the database has.</summary>
public sealed class RememberedStreamsTests(StreamsDatabase database) : StreamsTest(database)
{
    private const int StreamsOfLoad = 8;
    private const int Callers = 32;

    [Fact]
    public async Task A_busy_node_writes_from_memory_and_its_logs_are_sound()
    {
        await using var node = await StartBusyAsync();
        await using var load = new Load(node.In(Project));
        await load.UntilAsync(() => node.Log.RememberedDrains >= 200);

        await load.StopAsync();
        await VerifyAsync(load);
    }

    [Fact]
    public async Task What_another_node_did_to_a_stream_holds_for_the_very_next_append()
    {
        await using var node = await StartBusyAsync();
        await using var other = await TestNode.StartAsync(ConnectionString);
        await using var load = new Load(node.In(Project));
        var (here, there) = (node.In(Project), other.In(Project));

        for (var round = 0; round < 10; round++)
        {
            var before = node.Log.RememberedDrains;
            await here.AppendAsync(new("demo", "/s", [Event()]), InTime);
            await load.UntilAsync(() => node.Log.RememberedDrains > before + 5);
            await here.AppendAsync(new("demo", "/s", [Event()]), InTime);

            await there.PauseAsync(new("demo", "/s"), InTime);
            await Refused(() => here.AppendAsync(new("demo", "/s", [Event()]), InTime), ErrorCodes.StreamPaused);
            await there.ResumeAsync(new("demo", "/s"), InTime);
            await here.AppendAsync(new("demo", "/s", [Event()]), InTime);

            await there.ArchiveAsync(new("demo", "/s"), InTime);
            await Refused(() => here.AppendAsync(new("demo", "/s", [Event()]), InTime), ErrorCodes.StreamArchived);
            await there.UnarchiveAsync(new("demo", "/s"), InTime);
            var next = await here.AppendAsync(new("demo", "/s", [Event()]), InTime);
            (await there.AppendAsync(new("demo", "/s", [Event()]), InTime)).Events.Single().Offset.ShouldBe(next.HeadOffset + 1);
            await Refused(() => here.AppendAsync(new("demo", "/s", [Event(offset: next.HeadOffset + 1)]), InTime), ErrorCodes.OffsetConflict);
        }

        await there.DeleteAsync(new("demo", "/s", "/s"), InTime);
        await Refused(() => here.AppendAsync(new("demo", "/s", [Event()]), InTime), ErrorCodes.StreamDeleted);
        ShouldBeGapless(await ReadAll("/load/0"));
    }

    [Fact]
    public async Task Two_busy_nodes_on_the_same_streams_write_every_acknowledged_event_once()
    {
        await using var node = await StartBusyAsync();
        await using var other = await StartBusyAsync();
        await using var load = new Load(node.In(Project), other.In(Project));
        await load.UntilAsync(() => load.Acknowledged.Count >= 10_000);

        await load.StopAsync();
        await VerifyAsync(load);
    }

    [Fact]
    public async Task A_next_transaction_that_fails_to_begin_does_not_undo_the_one_before()
    {
        // Every fifth transaction does not get its id: where it was begun along with a commit, that commit stands.
        await using var own = await TestDatabase.CreateAsync();
        await using (var plain = NpgsqlDataSource.Create(own.ConnectionString))
        await using (var shadow = plain.CreateCommand("""
            create sequence given;
            create function public.pg_current_xact_id() returns xid8 language plpgsql as $$
            begin
                if nextval('given') % 5 = 0 then
                    raise 'no id';
                end if;
                return pg_catalog.pg_current_xact_id();
            end $$
            """))
        {
            await shadow.ExecuteNonQueryAsync(InTime);
        }

        await using var node = await TestNode.StartAsync(own.ConnectionString + ";Search Path=public,pg_catalog", options => options.WriterLoops = 1);
        await node.In(Project).CreateAsync(new("demo", "/load"), InTime);
        var acknowledged = new ConcurrentBag<int>();
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var call = 0; call < 50; call++)
            {
                var number = (caller * 50) + call;
                try
                {
                    await node.In(Project).AppendAsync(new("demo", "/load", [Event(payload: number)]), InTime);
                    acknowledged.Add(number);
                }
                catch (ApiException refusal) when (refusal.Code is ErrorCodes.Internal)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        })));

        var log = new List<int>();
        await foreach (var batch in node.In(Project).FollowAsync(new("demo", "/load", AfterOffset: 1), InTime))
        {
            log.AddRange(batch.Events.Select(committed => int.Parse(committed.Payload.Text!, CultureInfo.InvariantCulture)));
            if (batch.ScannedThroughOffset == batch.HeadOffset)
            {
                break;
            }
        }

        node.Log.RememberedDrains.ShouldBeGreaterThan(0);
        await using var asked = node.DataSource.CreateCommand("select last_value from given");
        (await asked.ExecuteScalarAsync(InTime)).ShouldBeOfType<long>().ShouldBeGreaterThan(5);
        log.ShouldBeUnique();
        log.Except(acknowledged).ShouldBeEmpty();
        acknowledged.Except(log).ShouldBeEmpty();
        (acknowledged.Count + refused).ShouldBe(Callers * 50);
    }

    private Task<TestNode> StartBusyAsync() => TestNode.StartAsync(ConnectionString, options => options.WriterLoops = 1);

    private async Task VerifyAsync(Load load)
    {
        foreach (var ofStream in load.Acknowledged.GroupBy(acknowledged => acknowledged.Path, StringComparer.Ordinal))
        {
            var log = await ReadAll(ofStream.Key);
            ShouldBeGapless(log);
            log.Count.ShouldBe(ofStream.Count() + 1);
            foreach (var (_, offset, number) in ofStream)
            {
                log[(int)offset - 1].Payload.ValueEquals(JsonText.From(new { number })).ShouldBeTrue();
            }

            (await Streams.VerifyAsync(new("demo", ofStream.Key), InTime)).Differences.ShouldBeEmpty();
        }
    }

    /// <summary>Callers that append one event after the other until they are told to stop.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;
        private int _number;

        public Load(params IStreamsApi[] nodes) =>
            _running = Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => AppendAsync(nodes[caller % nodes.Length], caller))));

        public ConcurrentQueue<(string Path, long Offset, int Number)> Acknowledged { get; } = [];

        /// <summary>Returns when it holds; fails when the load does, or the time is up.</summary>
        public async Task UntilAsync(Func<bool> holds)
        {
            var patience = InTime;
            using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (!holds() && !_running.IsCompleted)
            {
                await looks.WaitForNextTickAsync(patience);
            }

            if (_running.IsCompleted)
            {
                await _running;
            }
        }

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await _running;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _stop.Dispose();
        }

        private async Task AppendAsync(IStreamsApi node, int caller)
        {
            for (var call = 0; !_stop.IsCancellationRequested; call++)
            {
                var path = string.Create(CultureInfo.InvariantCulture, $"/load/{(caller + call) % StreamsOfLoad}");
                var number = Interlocked.Increment(ref _number);
                var response = await node.AppendAsync(new("demo", path, [Event(payload: new { number })]), InTime);
                Acknowledged.Enqueue((path, response.Events.Single().Offset, number));
            }
        }
    }
}
