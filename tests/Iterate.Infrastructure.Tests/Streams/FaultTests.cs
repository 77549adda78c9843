using System.Diagnostics;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Streams;

public sealed class FaultTests(StreamsDatabase database) : StreamsTest(database)
{
    [Fact]
    public async Task Connections_cut_at_any_moment_give_the_true_outcome_or_say_that_it_is_unknown()
    {
        var streams = Streams;
        using var stop = new CancellationTokenSource();
        using var acknowledged = new SemaphoreSlim(0);
        var writing = Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            var outcomes = new List<(string Tag, AppendResponse? Response, string? Code)>();
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                var tag = $"{writer}/{number}";
                try
                {
                    outcomes.Add((tag, await streams.AppendAsync(new("demo", "/cut", [Event(payload: tag)]), InTime), null));
                    acknowledged.Release();
                }
                catch (ApiException refusal)
                {
                    outcomes.Add((tag, null, refusal.Code));
                }
            }

            return outcomes;
        }, InTime)).ToArray();

        for (var cut = 0; cut < 25; cut++)
        {
            while (acknowledged.CurrentCount > 0)
            {
                await acknowledged.WaitAsync(InTime);
            }

            await acknowledged.WaitAsync(InTime);
            await CutAllConnectionsAsync();
        }

        await stop.CancelAsync();
        var outcomes = (await Task.WhenAll(writing)).SelectMany(ofWriter => ofWriter).ToArray();
        var log = await ReadAll("/cut");
        ShouldBeGapless(log);
        var offsets = log.Skip(1).ToDictionary(committed => committed.Payload.Text!, committed => committed.Offset, StringComparer.Ordinal);
        foreach (var (tag, response, code) in outcomes)
        {
            if (response is not null)
            {
                offsets[$"\"{tag}\""].ShouldBe(response.Events[0].Offset);
            }
            else if (code is not ErrorCodes.AppendOutcomeUnknown)
            {
                offsets.ShouldNotContainKey($"\"{tag}\"", code);
            }
        }
    }

    [Fact]
    public async Task Listeners_that_are_cut_off_leave_followers_on_another_node_current()
    {
        await Append("/listened", Event());
        await using var other = await TestNode.StartAsync(ConnectionString);
        await using var follow = Streams.FollowAsync(new("demo", "/listened"), InTime).GetAsyncEnumerator(InTime);
        await follow.MoveNextAsync();
        var there = other.In(Project);

        for (var number = 0; number < 3; number++)
        {
            await CutAllConnectionsAsync();
            await AppendUntilTakenAsync(there, "/listened");
            var clock = Stopwatch.StartNew();
            (await follow.MoveNextAsync()).ShouldBeTrue();
            clock.Elapsed.TotalSeconds.ShouldBeLessThan(4);
        }
    }

    [Fact]
    public async Task A_database_that_stops_is_told_at_once_and_used_again_when_it_returns()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"iterate-faults-{Path.GetRandomFileName()}");
        var cluster = await EmbeddedPostgres.StartAsync(new(folder, Throwaway: true), InTime);
        try
        {
            await DatabaseMigrator.MigrateAsync(cluster.ConnectionString, InTime);
            await using var node = await TestNode.StartAsync(cluster.ConnectionString);
            var streams = node.In(Project);
            await streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
            await cluster.DisposeAsync();

            var clock = Stopwatch.StartNew();
            foreach (var call in Enumerable.Range(0, 100).Select(_ => streams.AppendAsync(new("demo", "/a", [Event()]), InTime)).ToArray())
            {
                await Refused(() => call, ErrorCodes.DatabaseUnavailable);
            }

            clock.Elapsed.TotalSeconds.ShouldBeLessThan(5);
            await Refused(() => streams.ReadAsync(new("demo", "/a"), InTime), ErrorCodes.DatabaseUnavailable);

            cluster = await EmbeddedPostgres.StartAsync(new(folder, Throwaway: true), InTime);
            var answered = await AppendUntilTakenAsync(streams, "/a");
            answered.HeadOffset.ShouldBe(3);
        }
        finally
        {
            await cluster.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Appends_behind_one_whose_outcome_is_unknown_are_refused_while_the_database_is_away()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"iterate-faults-{Path.GetRandomFileName()}");
        await using var cluster = await EmbeddedPostgres.StartAsync(new(folder, Throwaway: true), InTime);
        try
        {
            await DatabaseMigrator.MigrateAsync(cluster.ConnectionString, InTime);
            await using var node = TestNode.Create(cluster.ConnectionString); // Nothing else may wait for the lock.
            var streams = node.In(Project);
            await streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
            await using var blocker = new NpgsqlConnection($"{cluster.ConnectionString};Pooling=false");
            await blocker.OpenAsync(InTime);
            await using var begin = new NpgsqlCommand("begin; lock table stream_event in exclusive mode", blocker);
            await begin.ExecuteNonQueryAsync(InTime);
            var undecided = streams.AppendAsync(new("demo", "/a", [Event()]), InTime);
            await WaitForLockAsync(node);
            await cluster.DisposeAsync();

            var clock = Stopwatch.StartNew();
            await Refused(() => streams.AppendAsync(new("demo", "/a", [Event()]), InTime), ErrorCodes.DatabaseUnavailable);
            clock.Elapsed.TotalSeconds.ShouldBeLessThan(5);
            undecided.IsCompleted.ShouldBeFalse();
            await Refused(() => undecided, ErrorCodes.AppendOutcomeUnknown);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<AppendResponse> AppendUntilTakenAsync(IStreamsApi streams, string path)
    {
        while (true)
        {
            try
            {
                return await streams.AppendAsync(new("demo", path, [Event()]), InTime);
            }
            catch (ApiException refusal) when (refusal.Status == 503)
            {
                // Not back yet.
            }
        }
    }

    private async Task CutAllConnectionsAsync()
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(InTime);
        await using var command = new NpgsqlCommand(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()", connection);
        await command.ExecuteScalarAsync(InTime);
    }
}
