using Iterate.Domain.Api;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Iterate.Testing;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>How the outbox finds out how it is (requirements O-32 and O-42).</summary>
public sealed class HealthTests : OutboxTest
{
    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);

    [Fact]
    public async Task A_job_is_late_while_it_is_due_and_nobody_runs_it()
    {
        await using var node = OutboxHost.Create(Database, On(_time), Recording("log", []));
        await node.EnqueueAsync(new Poked("log"));
        (await ExamineAsync(node)).Level.ShouldBe(HealthLevel.Green);

        _time.Advance(TimeSpan.FromSeconds(61));
        var late = await ExamineAsync(node);
        (late.Level, late.OldestDueLane).ShouldBe((HealthLevel.Yellow, "log"));
        _time.Advance(TimeSpan.FromSeconds(240));
        var concern = (await ExamineAsync(node)).Concerns.ShouldHaveSingleItem();
        (concern.Level, concern.Kind, concern.Subject).ShouldBe((HealthLevel.Red, OutboxConcernKind.LateJobs, "log"));

        var job = (await node.ClaimAsync(later: TimeSpan.FromMinutes(6))).ShouldHaveSingleItem();
        (await ExamineAsync(node)).OldestDueAt.ShouldBeNull();
        await node.EndAsync(job, JobEnd.Retried(new(1, OutboxOutcome.Error, "no", "by-hand", _time.GetUtcNow(), 1), _time.GetUtcNow().AddHours(1)));
        (await ExamineAsync(node)).Level.ShouldBe(HealthLevel.Green);
    }

    [Fact]
    public async Task Failures_count_for_an_hour()
    {
        await using var node = OutboxHost.Create(Database, On(_time), Recording("log", []));
        await node.EnqueueAsync(new Poked("log one"), new Poked("log two"), new Poked("log three"));
        await node.ExecuteAsync("update outbox_job set status = 'failed', archived_at = now(), finished_at = now() - interval '2 hours' where seq = 1");
        await node.ExecuteAsync("update outbox_job set status = 'failed', archived_at = now(), finished_at = now() - interval '50 minutes' where seq > 1");

        var health = await ExamineAsync(node);

        (health.Level, health.FailedInLastHour).ShouldBe((HealthLevel.Yellow, 2));
        _time.Advance(TimeSpan.FromMinutes(11));
        (await ExamineAsync(node)).Level.ShouldBe(HealthLevel.Green);
    }

    [Fact]
    public async Task A_lane_is_judged_by_its_newest_hundred()
    {
        await using var node = OutboxHost.Create(Database, On(_time), Recording("log", []));
        await FillAsync(node, "good", "success", count: 100, ageMinutes: 120);
        await FillAsync(node, "turned", "success", count: 500, ageMinutes: 300);
        await FillAsync(node, "turned", "failed", count: 51, ageMinutes: 120);
        await FillAsync(node, "recovered", "failed", count: 500, ageMinutes: 300);
        await FillAsync(node, "recovered", "success", count: 50, ageMinutes: 120);
        await FillAsync(node, "young", "failed", count: 99, ageMinutes: 120);

        var concern = (await ExamineAsync(node)).Concerns.ShouldHaveSingleItem();

        (concern.Level, concern.Kind, concern.Subject, concern.Text).ShouldBe(
            (HealthLevel.Red, OutboxConcernKind.FailingLane, "turned", "Of the newest 100 jobs of turned only 49 succeeded."));
    }

    [Fact]
    public async Task A_live_node_with_another_clock_is_a_concern_and_a_dead_one_is_none()
    {
        await using var node = OutboxHost.Create(Database, On(_time));
        await node.ExecuteAsync("""
            insert into outbox_node (name, consumers, started_at, seen_at, clock_offset_ms)
            values ('off', '{}', now(), now(), 3000), ('dead', '{}', now(), now() - interval '5 minutes', 9000), ('right', '{}', now(), now(), 10)
            """);

        (await ExamineAsync(node)).Concerns.Select(concern => (concern.Kind, concern.Subject)).ShouldBe([(OutboxConcernKind.ClockOffset, "off")]);
    }

    [Fact]
    public async Task What_has_ended_is_not_scanned()
    {
        await using var node = OutboxHost.Create(Database, On(_time), Recording("log", []));
        for (var lane = 0; lane < 4; lane++)
        {
            await FillAsync(node, $"lane-{lane}", "success", count: 10_000, ageMinutes: 600);
        }

        await FillAsync(node, "lane-0", "failed", count: 200, ageMinutes: 30);
        await node.EnqueueAsync([.. Enumerable.Range(0, 500).Select(_ => new Poked("log"))]);
        await node.ExecuteAsync("analyze outbox_job");

        await using var connection = await Database.DataSource.OpenConnectionAsync(InTime);
        await using var transaction = await connection.BeginTransactionAsync(InTime);
        await RunAsync(connection, OutboxExamination.Lanes, _time.GetUtcNow());
        await RunAsync(connection, OutboxExamination.Failed, _time.GetUtcNow().AddHours(-1));

        // 100 of each lane, what failed within the hour, and a few on the way from lane to lane.
        await using var count = new NpgsqlCommand("select seq_tup_read, coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables where relname = 'outbox_job'", connection);
        await using var reader = await count.ExecuteReaderAsync(InTime);
        (await reader.ReadAsync(InTime)).ShouldBeTrue();
        reader.GetInt64(0).ShouldBe(0);
        reader.GetInt64(1).ShouldBeInRange(1, (4 * 100) + 200 + 50);
    }

    private static Task<Domain.Api.OutboxHealth> ExamineAsync(OutboxHost node) => node.Get<OutboxExamination>().ExamineAsync(InTime);

    private static async Task RunAsync(NpgsqlConnection connection, string query, DateTimeOffset moment)
    {
        await using var command = new NpgsqlCommand(query, connection) { Parameters = { Sql.Time(moment) } };
        await using var reader = await command.ExecuteReaderAsync(InTime);
        while (await reader.ReadAsync(InTime))
        {
        }
    }

    private static Task FillAsync(OutboxHost node, string consumer, string status, int count, int ageMinutes) => node.ExecuteAsync($"""
        with fact as (
            insert into outbox_event (event_id, name, payload, context, created_at)
            select 'obe_{consumer}-{status}-' || number, 'testing/poked', jsonb_build_object(), jsonb_build_object(), now() from generate_series(1, {count}) as number
            returning seq
        )
        insert into outbox_job (job_id, event_seq, consumer, status, visible_at, max_attempts, archived_at, finished_at)
        select 'obj_{consumer}-{status}-' || seq, seq, '{consumer}', '{status}', now(), 6, now(), now() - interval '{ageMinutes} minutes' + seq * interval '1 ms' from fact
        """);
}
