using System.Globalization;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class ConcurrencyTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task Writers_on_two_nodes_leave_gapless_logs_with_every_acknowledged_event_once()
    {
        await using var other = await TestNode.StartAsync(ConnectionString);
        IStreamsApi[] nodes = [Streams, other.In(Project)];
        var random = new Random(20261121);
        var plans = Enumerable.Range(0, 8)
            .Select(writer => (Writer: writer, Batches: Enumerable.Range(0, 25).Select(_ => (Stream: random.Next(10), Size: random.Next(1, 8))).ToArray()))
            .ToArray();

        var acknowledged = await Task.WhenAll(plans.Select(plan => Task.Run(async () =>
        {
            var answers = new List<(string Path, AppendResponse Response)>();
            foreach (var ((stream, size), number) in plan.Batches.Select((batch, number) => (batch, number)))
            {
                var path = string.Create(CultureInfo.InvariantCulture, $"/s{stream}");
                var events = Enumerable.Range(0, size).Select(part => Event(payload: new { plan.Writer, number, part })).ToArray();
                answers.Add((path, await nodes[plan.Writer % 2].AppendAsync(new("demo", path, events), InTime)));
            }

            return answers;
        }, InTime)));

        foreach (var ofStream in acknowledged.SelectMany(answers => answers).GroupBy(answer => answer.Path, StringComparer.Ordinal))
        {
            var log = await ReadAll(ofStream.Key);
            ShouldBeGapless(log);
            var committed = ofStream.SelectMany(answer => answer.Response.Events).ToArray();
            log.Count.ShouldBe(committed.Length + 1);
            foreach (var (_, response) in ofStream)
            {
                var offsets = response.Events.Select(stored => stored.Offset).ToArray();
                offsets.ShouldBe(Enumerable.Range(0, offsets.Length).Select(part => offsets[0] + part));
                foreach (var stored in response.Events)
                {
                    log[(int)stored.Offset - 1].Payload.ValueEquals(stored.Payload).ShouldBeTrue();
                }
            }
        }
    }

    [Fact]
    public async Task A_path_created_on_two_nodes_at_once_is_one_stream()
    {
        await using var other = await TestNode.StartAsync(ConnectionString);
        IStreamsApi[] nodes = [Streams, other.In(Project)];

        for (var round = 0; round < 20; round++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"/race/r{round}");
            var responses = await Task.WhenAll(Enumerable.Range(0, 4).Select(call => Task.Run(
                () => nodes[call % 2].AppendAsync(new("demo", path, [Event(payload: call)]), InTime), InTime)));

            responses.Select(response => response.StreamId).Distinct(StringComparer.Ordinal).Count().ShouldBe(1);
            var log = await ReadAll(path);
            log.Count.ShouldBe(5);
            log.Count(committed => committed.Type is "stream/created").ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_batch_the_database_refuses_fails_alone()
    {
        await using var constraint = Node.DataSource.CreateCommand(
            "alter table stream_event add constraint no_poison check (type <> 'test/poison')");
        await constraint.ExecuteNonQueryAsync(InTime);

        var calls = Enumerable.Range(0, 50)
            .Select(number => Append("/poisoned", Event(number == 20 ? "test/poison" : "test/happened", new { number })))
            .ToArray();

        await Refused(() => calls[20], ErrorCodes.Internal);
        var responses = await Task.WhenAll(calls.Where((_, number) => number != 20));
        responses.SelectMany(response => response.Events).Select(committed => committed.Offset).Distinct().Count().ShouldBe(49);
        var log = await ReadAll("/poisoned");
        log.Count.ShouldBe(50);
        ShouldBeGapless(log);
    }

    [Fact]
    public async Task A_batch_that_breaks_a_rule_fails_alone()
    {
        await Append("/ruled", Event(payload: "first", key: "k"));

        var calls = Enumerable.Range(0, 50)
            .Select(number => Append("/ruled", Event(payload: number, key: number == 20 ? "k" : null)))
            .ToArray();

        await Refused(() => calls[20], ErrorCodes.IdempotencyConflict);
        await Task.WhenAll(calls.Where((_, number) => number != 20));
        (await ReadAll("/ruled")).Count.ShouldBe(51);
    }

    [Fact]
    public async Task An_append_waits_for_a_row_that_somebody_else_has_locked()
    {
        await Append("/locked", Event());
        await using var connection = await Node.DataSource.OpenConnectionAsync(InTime);
        await using var transaction = await connection.BeginTransactionAsync(InTime);
        await using var hold = new NpgsqlCommand("select id from stream where path = '/locked' for update", connection, transaction);
        await hold.ExecuteScalarAsync(InTime);

        var append = Append("/locked", Event());
        await WaitForLockAsync(Node);
        append.IsCompleted.ShouldBeFalse();
        await transaction.RollbackAsync(InTime);

        (await append).HeadOffset.ShouldBe(3);
    }

    [Fact]
    public async Task A_row_that_stays_locked_answers_busy()
    {
        await Append("/stuck", Event());
        await using var connection = await Node.DataSource.OpenConnectionAsync(InTime);
        await using var transaction = await connection.BeginTransactionAsync(InTime);
        await using var hold = new NpgsqlCommand("select id from stream where path = '/stuck' for update", connection, transaction);
        await hold.ExecuteScalarAsync(InTime);

        var refusal = await Refused(() => Append("/stuck", Event()), ErrorCodes.Busy);

        refusal.RetryAfterSeconds.ShouldBe(1);
        await transaction.RollbackAsync(InTime);
        (await Append("/stuck", Event())).HeadOffset.ShouldBe(3);
    }

    [Fact]
    public async Task More_than_the_queue_holds_is_refused_and_the_rest_is_written()
    {
        await Append("/full", Event());
        await using var connection = await Node.DataSource.OpenConnectionAsync(InTime);
        await using var transaction = await connection.BeginTransactionAsync(InTime);
        await using var hold = new NpgsqlCommand("select id from stream where path = '/full' for update", connection, transaction);
        await hold.ExecuteScalarAsync(InTime);

        var calls = Enumerable.Range(0, 13_000).Select(number => Append("/full", Event(payload: number))).ToArray();
        await transaction.RollbackAsync(InTime);
        var written = 0;
        foreach (var call in calls)
        {
            try
            {
                await call;
                written++;
            }
            catch (ApiException refusal)
            {
                refusal.Code.ShouldBe(ErrorCodes.Busy);
            }
        }

        written.ShouldBeInRange(10_000, 12_999);
        var log = await ReadAll("/full");
        log.Count.ShouldBe(written + 2);
        ShouldBeGapless(log);
    }

    [Fact]
    public async Task Type_counts_and_stream_rows_agree_with_the_log()
    {
        await Task.WhenAll(Enumerable.Range(0, 60).Select(number =>
            Append("/counted", Event(number % 3 == 0 ? "a/one" : "b/two"), Event("a/one"))));

        var log = await ReadAll("/counted");
        var count = await Streams.CountAsync(new("demo", "/counted"), InTime);

        count.Total.ShouldBe(log.Count);
        foreach (var type in count.ByType)
        {
            type.Count.ShouldBe(log.Count(committed => string.Equals(committed.Type, type.Type, StringComparison.Ordinal)));
            type.LastOffset.ShouldBe(log.Last(committed => string.Equals(committed.Type, type.Type, StringComparison.Ordinal)).Offset);
        }
    }
}
