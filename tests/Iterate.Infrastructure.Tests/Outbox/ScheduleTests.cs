using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;
using Iterate.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>
/// Random schedules of enqueuing, claiming, ending, dying and time passing over three nodes, on a clock of the test's.
/// Whatever the order: no two live claims of one job, every committed job ends once, effects of our database happen
/// exactly once, and what was rolled back never runs.
/// </summary>
public sealed class ScheduleTests : OutboxTest
{
    private const int Nodes = 3;
    private const int Steps = 250;

    private static readonly TimeSpan Visibility = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);
    private readonly Dictionary<string, List<(int Node, DateTimeOffset Until)>> _live = new(StringComparer.Ordinal);
    private readonly List<(int Node, ClaimedJob Job)> _claims = [];
    private OutboxHost _host = null!;
    private OutboxConsumer _consumer = null!;
    private int _committed;

    public static TheoryData<int> Seeds => [1, 7, 42, 1_234, 99_991];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_schedule_keeps_the_promises(int seed)
    {
        var random = new Random(seed);
        _consumer = new PokedConsumer("job", (_, _, _) => Task.FromResult("done")) { Policy = RetryPolicy.Fixed(4, TimeSpan.FromSeconds(2)) };
        await using var host = _host = OutboxHost.Create(Database, On(_time), _consumer);
        await host.ExecuteAsync("create table effect (job_id text)");

        for (var step = 0; step < Steps; step++)
        {
            await (random.Next(10) switch
            {
                0 or 1 => EnqueueAsync(random, commit: true),
                2 => EnqueueAsync(random, commit: false),
                3 or 4 => ClaimAsync(random.Next(Nodes), random.Next(1, 4)),
                5 => DieAsync(random.Next(Nodes)),
                6 => PassAsync(TimeSpan.FromSeconds(random.Next(1, 40))),
                7 => RenewAsync(random),
                _ => EndAsync(random),
            });
        }

        await DrainAsync();
        var jobs = await host.JobsAsync((IReadOnlyList<StoredJob> _) => true);
        jobs.Count.ShouldBe(_committed);
        jobs.ShouldAllBe(job => job.Status == "success" || job.Status == "failed");
        (await host.CountAsync("outbox_event where payload ->> 'text' like 'job never%'")).ShouldBe(0);
        (await host.CountAsync("(select job_id from effect group by job_id having count(*) > 1) as twice")).ShouldBe(0);
        (await host.CountAsync("effect join outbox_job using (job_id) where status <> 'success'")).ShouldBe(0);
        (await host.CountAsync("outbox_job where (to_jsonb(results) -> -1 ->> 'text') = 'with effect' and job_id not in (select job_id from effect)")).ShouldBe(0);
    }

    private async Task EnqueueAsync(Random random, bool commit)
    {
        await using var context = await _host.ContextAsync();
        await using var transaction = await context.Database.BeginTransactionAsync(InTime);
        var count = random.Next(1, 5);
        await _host.Outbox.EnqueueManyAsync<Poked>(
            context, [.. Enumerable.Range(0, count).Select(_ => new OutboxDraft<Poked>(new(commit ? "job" : "job never", random.Next(3) == 0 ? "key" : null)))], InTime);
        if (commit)
        {
            await transaction.CommitAsync(InTime);
            _committed += count;
        }
        else
        {
            await transaction.RollbackAsync(InTime);
        }
    }

    private async Task ClaimAsync(int node, int most)
    {
        var now = _time.GetUtcNow();
        var (claimed, _) = await _host.Store.EndAndClaimAsync(_consumer, $"node-{node}", now, [], most, InTime);
        foreach (var job in claimed)
        {
            var live = _live.TryGetValue(job.JobId, out var known) ? known : _live[job.JobId] = [];
            live.ShouldNotContain(claim => claim.Until > now, $"{job.JobId} was claimed while somebody had it.");
            live.Add((node, now + Visibility));
            _claims.Add((node, job));
        }
    }

    /// <summary>All that a node knows goes; its leases stay.</summary>
    private Task DieAsync(int node)
    {
        _claims.RemoveAll(claim => claim.Node == node);
        return Task.CompletedTask;
    }

    private Task PassAsync(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    private async Task RenewAsync(Random random)
    {
        if (Pick(random) is var (node, job))
        {
            var until = _time.GetUtcNow() + Visibility;
            if (await _host.Store.RenewAsync(job, until, InTime))
            {
                var live = _live[job.JobId];
                live.RemoveAll(claim => claim.Node == node);
                live.Add((node, until));
            }
        }
    }

    private async Task EndAsync(Random random)
    {
        if (Pick(random) is not var (node, job))
        {
            return;
        }

        _claims.Remove((node, job));
        await EndAsync(job, random.Next(5));
        _live[job.JobId].RemoveAll(claim => claim.Node == node);
    }

    private async Task EndAsync(ClaimedJob job, int how)
    {
        var now = _time.GetUtcNow();
        var result = new OutboxResult(job.ReadCount, OutboxOutcome.Success, "done", "test", job.StartedAt, 1);
        JobEnd end;
        switch (how)
        {
            case not 3 when job.ReadCount > job.MaxAttempts:
                end = JobEnd.Failed(result with { Outcome = OutboxOutcome.Error, Code = "crashed" });
                break;
            case 0:
                await CompleteWithEffectAsync(job, JobEnd.Succeeded(result with { Text = "with effect" }));
                return;
            case 1 when job.ReadCount < job.MaxAttempts:
                end = JobEnd.Retried(result with { Outcome = OutboxOutcome.Error }, now + TimeSpan.FromSeconds(2));
                break;
            case 1 or 2:
                end = JobEnd.Failed(result with { Outcome = OutboxOutcome.Error });
                break;
            case 3:
                end = JobEnd.GivenBack;
                break;
            default:
                end = JobEnd.Succeeded(result);
                break;
        }

        await _host.Store.EndAndClaimAsync(_consumer, "ends", now, [new(job, end)], most: 0, InTime);
    }

    /// <summary>What <c>CompleteWithAsync</c> does: the effect and the end in one transaction, or neither.</summary>
    private async Task CompleteWithEffectAsync(ClaimedJob job, JobEnd end)
    {
        await using var context = await _host.ContextAsync();
        await using var transaction = await context.Database.BeginTransactionAsync(InTime);
        await context.Database.ExecuteSqlAsync($"insert into effect values ({job.JobId})", InTime);
        if (await JobStore.EndAsync((NpgsqlConnection)transaction.GetDbTransaction().Connection!, [new(job, end)], _time.GetUtcNow(), InTime) == 1)
        {
            await transaction.CommitAsync(InTime);
        }
    }

    private async Task DrainAsync()
    {
        while (await _host.CountAsync("outbox_job where archived_at is null") > 0)
        {
            _time.Advance(Visibility + TimeSpan.FromSeconds(1));
            var (claimed, _) = await _host.Store.EndAndClaimAsync(_consumer, "drain", _time.GetUtcNow(), [], most: 50, InTime);
            foreach (var job in claimed)
            {
                await EndAsync(job, how: 4);
            }
        }
    }

    private (int Node, ClaimedJob Job)? Pick(Random random) => _claims.Count == 0 ? null : _claims[random.Next(_claims.Count)];
}
