using System.Text.Json.Nodes;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Iterate.Infrastructure.Secrets;
using Iterate.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>One node that runs outbox jobs, as the host registers it.</summary>
internal sealed class OutboxHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services;
    private readonly OutboxConsumer[] _consumers;
    private IHostedService[] _started = [];

    private OutboxHost(string connectionString, OutboxConsumer[] consumers, Action<IServiceCollection>? configure)
    {
        _consumers = consumers;
        var services = new ServiceCollection().AddLogging().AddPostgres(connectionString).AddOutbox();

        // Nothing is enqueued but what a test enqueues.
        services.RemoveAll<RecurringWork>();
        foreach (var consumer in consumers)
        {
            services.AddSingleton(consumer);
        }

        configure?.Invoke(services);
        _services = services.BuildServiceProvider();
    }

    /// <summary>A cancellation that turns a test that would hang into one that fails.</summary>
    public static CancellationToken InTime => new CancellationTokenSource(Patience).Token;

    public IOutbox Outbox => Get<IOutbox>();

    public JobStore Store => Get<JobStore>();

    public string Name => Get<OutboxNode>().Name;

    private NpgsqlDataSource DataSource => Get<NpgsqlDataSource>();

    /// <summary>A node that enqueues and runs.</summary>
    public static Task<OutboxHost> StartAsync(TestDatabase database, params OutboxConsumer[] consumers) => StartAsync(database, null, consumers);

    /// <summary>The same with other services than the host's.</summary>
    public static async Task<OutboxHost> StartAsync(TestDatabase database, Action<IServiceCollection>? configure, params OutboxConsumer[] consumers)
    {
        var host = new OutboxHost(database.ConnectionString, consumers, configure);
        host._started = [.. host._services.GetServices<IHostedService>()];
        foreach (var service in host._started)
        {
            await service.StartAsync(InTime);
        }

        return host;
    }

    /// <summary>A node that enqueues and never runs anything.</summary>
    public static OutboxHost Create(TestDatabase database, params OutboxConsumer[] consumers) => Create(database, null, consumers);

    /// <summary>The same with other services than the host's.</summary>
    public static OutboxHost Create(TestDatabase database, Action<IServiceCollection>? configure, params OutboxConsumer[] consumers) =>
        new(database.ConnectionString, consumers, configure);

    /// <summary>A part of the node.</summary>
    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public Task<IterateDbContext> ContextAsync() =>
        Get<IDbContextFactory<IterateDbContext>>().CreateDbContextAsync(InTime);

    /// <summary>Runs one claimed job by hand, on a clock of the test's.</summary>
    public Task<JobEnd?> RunAsync(ClaimedJob job, TimeProvider time, CancellationToken stopping) =>
        new JobRunner(
            Store, Get<OutboxCommits>(), Get<RunningJobs>(), Get<HintSender>(), Get<IRedactor>(), Get<IDbContextFactory<IterateDbContext>>(), new(Get<NodeIdentity>(), time), time, Get<ILogger<JobRunner>>())
            .RunAsync(_consumers[0], job, stopping);

    /// <summary>Enqueues in a transaction of its own.</summary>
    public async Task<IReadOnlyList<string>> EnqueueAsync(params Poked[] payloads)
    {
        await using var context = await ContextAsync();
        await using var transaction = await context.Database.BeginTransactionAsync(InTime);
        var ids = await Outbox.EnqueueManyAsync<Poked>(context, [.. payloads.Select(payload => new OutboxDraft<Poked>(payload))], InTime);
        await transaction.CommitAsync(InTime);
        return ids;
    }

    /// <summary>Claims as the worker does, for a test that plays a node by hand.</summary>
    public async Task<IReadOnlyList<ClaimedJob>> ClaimAsync(TimeSpan later = default) =>
        (await Store.EndAndClaimAsync(_consumers[0], "by-hand", DateTimeOffset.UtcNow + later, [], most: 100, InTime)).Claimed;

    /// <summary>Ends as the worker does; whether the job was ours.</summary>
    public async Task<bool> EndAsync(ClaimedJob job, JobEnd end) =>
        (await Store.EndAndClaimAsync(_consumers[0], "by-hand", DateTimeOffset.UtcNow, [new(job, end)], most: 0, InTime)).Lost.Count == 0;

    /// <summary>All jobs, once <paramref name="done"/> says so of each.</summary>
    public Task<IReadOnlyList<StoredJob>> JobsAsync(Func<StoredJob, bool> done) => JobsAsync(jobs => jobs.All(done));

    /// <summary>All jobs, once <paramref name="done"/> says so of them together.</summary>
    public async Task<IReadOnlyList<StoredJob>> JobsAsync(Func<IReadOnlyList<StoredJob>, bool> done)
    {
        var inTime = InTime;
        while (true)
        {
            var jobs = await JobsAsync(inTime);
            if (jobs.Count > 0 && done(jobs))
            {
                return jobs;
            }
        }
    }

    /// <summary>All jobs, once they have ended.</summary>
    public Task<IReadOnlyList<StoredJob>> EndedAsync() => JobsAsync(job => job.Status is "success" or "failed");

    public async Task<long> CountAsync(string table)
    {
        await using var command = DataSource.CreateCommand($"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync(InTime))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(InTime);
    }

    public async Task<JsonNode> CauseAsync(string eventId)
    {
        await using var command = DataSource.CreateCommand("select context::text from outbox_event where event_id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = eventId });
        return JsonNode.Parse((string)(await command.ExecuteScalarAsync(InTime))!)!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _started)
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }

    private async Task<IReadOnlyList<StoredJob>> JobsAsync(CancellationToken cancellationToken)
    {
        await using var command = DataSource.CreateCommand(
            "select consumer, status, read_count, lease_until - started_at, (to_jsonb(results))::text from outbox_job order by seq");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var jobs = new List<StoredJob>();
        while (await reader.ReadAsync(cancellationToken))
        {
            jobs.Add(new(
                reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.IsDBNull(3) ? null : reader.GetTimeSpan(3),
                [.. JsonNode.Parse(reader.GetString(4))!.AsArray().Select(result => result!.AsObject())]));
        }

        return jobs;
    }
}

/// <summary>A job as it lies in the database.</summary>
internal sealed record StoredJob(string Consumer, string Status, int ReadCount, TimeSpan? LeasedFor, IReadOnlyList<JsonObject> Results)
{
    public bool IsLeased => LeasedFor is not null;

    public IEnumerable<string?> Outcomes => Results.Select(result => (string?)result["outcome"]);

    public string? LastCode => (string?)Results[^1]["code"];

    public string? LastText => (string?)Results[^1]["text"];
}
