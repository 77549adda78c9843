using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Accounts;
using Iterate.Infrastructure.Outbox;
using Iterate.Infrastructure.Postgres;
using Iterate.Infrastructure.Streams;
using Iterate.Infrastructure.Testing;
using Iterate.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Iterate.Infrastructure.Tests.Outbox;

/// <summary>A node with everything the product registers, on the clock of a test, whose jobs the test runs by hand.</summary>
internal sealed class ProductNode : IAsyncDisposable
{
    public const string Project = "prj_1";

    // What a claim writes; everything else of a job belongs to the state.
    private const string OfClaims =
        "array['status', 'visible_at', 'read_count', 'postponed', 'claimed_by', 'claim_epoch', 'lease_until', 'started_at', 'finished_at', 'archived_at', 'results']";

    private readonly ServiceProvider _services;
    private readonly ManualLifetime _lifetime = new();
    private readonly CancellationTokenSource _end = new();

    public ProductNode(TestDatabase database) => _services = new ServiceCollection()
        .AddLogging()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
        .AddSingleton<IHostApplicationLifetime>(_lifetime)
        .AddSingleton<TimeProvider>(Time)
        .AddPostgres(database.ConnectionString)
        .AddStreams()
        .AddOutbox()
        .AddAccounts()
        .AddTesting()
        .AddSingleton<ISuddenEnd>(new Ending(_end))
        .BuildServiceProvider();

    public ManualTime Time { get; } = new(DateTimeOffset.UtcNow);

    public IReadOnlyList<OutboxConsumer> Consumers => Get<ConsumerRegistry>().All;

    public IStreamsApi Streams
    {
        get
        {
            CallContext.Current = new(new Caller { UserId = "usr_test" }, new ProjectScope(Project, "demo", "org_test"), "org_test", OrganizationRole.Admin);
            return Get<StreamsService>();
        }
    }

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public async Task EnqueueAsync<TPayload>(TPayload payload)
        where TPayload : class, IOutboxPayload
    {
        await using var context = await Get<IDbContextFactory<IterateDbContext>>().CreateDbContextAsync(OutboxHost.InTime);
        await using var transaction = await context.Database.BeginTransactionAsync(OutboxHost.InTime);
        await Get<IOutbox>().EnqueueAsync(context, new OutboxDraft<TPayload>(payload), OutboxHost.InTime);
        await transaction.CommitAsync(OutboxHost.InTime);
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Get<NpgsqlDataSource>().CreateCommand(sql);
        await command.ExecuteNonQueryAsync(OutboxHost.InTime);
    }

    /// <summary>
    /// Claims the job of a consumer that is due longest and runs it, but does not write that it ended: as if the node had
    /// died just before.
    /// </summary>
    /// <param name="name">Name of the consumer.</param>
    /// <param name="waits">It waits for time to pass, so the clock goes on while it runs.</param>
    public async Task<IReadOnlyList<JobEnd?>> RunAsync(string name, bool waits)
    {
        var consumer = Get<ConsumerRegistry>().Find(name)!;
        var (jobs, _) = await Get<JobStore>().EndAndClaimAsync(consumer, "by-hand", Time.GetUtcNow(), [], most: 1, OutboxHost.InTime);
        var ends = new List<JobEnd?>();
        var inTime = OutboxHost.InTime;
        foreach (var job in jobs)
        {
            var running = Get<JobRunner>().RunAsync(consumer, job, _end.Token);
            while (waits && !running.IsCompleted)
            {
                inTime.ThrowIfCancellationRequested();
                Time.Advance(TimeSpan.FromMilliseconds(100));
                await ExecuteAsync("select 1");
            }

            ends.Add(await running.WaitAsync(inTime));
        }

        return ends;
    }

    /// <summary>Every row of every table, but for what says which node has which job.</summary>
    public async Task<SortedDictionary<string, string>> StateAsync()
    {
        var state = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in await TextsAsync("select table_name from information_schema.tables where table_schema = 'public' and table_name <> 'outbox_node'"))
        {
            var row = string.Equals(table, "outbox_job", StringComparison.Ordinal) ? $"to_jsonb(one) - {OfClaims}" : "to_jsonb(one)";
            var rows = await TextsAsync($"""select ({row})::text from "{table}" as one order by 1""");
            state[table] = string.Join('\n', rows);
        }

        return state;
    }

    public async ValueTask DisposeAsync()
    {
        _lifetime.StopApplication();
        await _services.DisposeAsync();
        _lifetime.Dispose();
        _end.Dispose();
    }

    private async Task<IReadOnlyList<string>> TextsAsync(string sql)
    {
        await using var command = Get<NpgsqlDataSource>().CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(OutboxHost.InTime);
        var texts = new List<string>();
        while (await reader.ReadAsync(OutboxHost.InTime))
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    /// <summary>The process does not end, but whatever it runs is cut off.</summary>
    private sealed class Ending(CancellationTokenSource end) : ISuddenEnd
    {
        public void Come() => end.Cancel();
    }
}
