using Iterate.Domain.Api;
using Iterate.Faults.Tests.Clusters;
using Iterate.Web.Tests.Hosting;
using Npgsql;
using Shouldly;

namespace Iterate.Faults.Tests.Load;

/// <summary>What becomes of a transaction whose node died.</summary>
internal enum Fate
{
    /// <summary>PostgreSQL had all of it and commits it; nobody hears of that.</summary>
    Committed,

    /// <summary>It ends without its writes.</summary>
    Aborted,
}

/// <summary>kill -9 of the next dying node in a phase of a job, while others run under load.</summary>
internal sealed class JobKills : IAsyncDisposable
{
    private const int PerCall = 2;
    private const int MostCalls = 10;

    // The node that was asked is the first to be woken; where others took the jobs all the same it is asked again.
    private static readonly TimeSpan Comes = TimeSpan.FromSeconds(2);

    private readonly NpgsqlDataSource _database;
    private readonly DyingNodes _dying;
    private readonly OutboxJobs _jobs;
    private readonly TransactionGate _gate;
    private readonly List<string> _acknowledged = [];

    private JobKills(NpgsqlDataSource database, DyingNodes dying, TransactionGate gate)
    {
        _database = database;
        _dying = dying;
        _jobs = new(database);
        _gate = gate;
    }

    /// <summary>Ids of events that were enqueued for it and acknowledged: their jobs have to end.</summary>
    public IReadOnlyList<string> Acknowledged => _acknowledged;

    /// <summary>To be started before any job is enqueued, at nodes that run each job to its end.</summary>
    public static async Task<JobKills> StartAsync(NpgsqlDataSource database, DyingNodes dying) => new(
        database, dying, await TransactionGate.BuildAsync(database, DyingNodes.Applications.SelectMany(node => new JobPhases(node).All)));

    /// <summary>Jobs are written and their commit has begun. They are there then, all of them, or none.</summary>
    public async Task EnqueuingAsync(Fate fate)
    {
        var before = await MarkedAsync();
        using var client = (await _dying.NextAsync()).Client(secret: null);
        var phase = await CloseAsync(phases => phases.Enqueue);
        var asked = client.PostAsync("testing/emit", Emission());
        await KillAtGateAsync(phase, fate);
        await Should.ThrowAsync<HttpRequestException>(asked);
        var committed = fate == Fate.Committed ? PerCall : 0;
        (await MarkedAsync()).ShouldBe((before.Events + committed, before.Jobs + committed));
    }

    /// <summary>A claim is written and its commit has begun; no job of it runs.</summary>
    public async Task ClaimingAsync(Fate fate) => await KillAtGateAsync(await CloseAsync(phases => phases.Claim), fate);

    /// <summary>A consumer is at a job.</summary>
    public async Task RunningAsync()
    {
        await RunAsync();
        await _dying.KillNextAsync();
    }

    /// <summary>A consumer is at a job, its lease is renewed, and the commit of that has begun.</summary>
    public async Task RenewingAsync(Fate fate)
    {
        await RunAsync();
        await KillAtGateAsync(await CloseAsync(phases => phases.Renewal), fate);
    }

    /// <summary>A job was run, its success is written and the commit of it has begun.</summary>
    public async Task EndingAsync(Fate fate) => await KillAtGateAsync(await CloseAsync(phases => phases.End), fate);

    /// <summary>Wherever the load has brought it.</summary>
    public Task AnywhereAsync() => _dying.KillNextAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _gate.DisposeAsync();

    private static object Emission() => new { name = JobPhases.MarkedConsumer, count = PerCall };

    /// <summary>Closes the gate for the node that dies next, which is up.</summary>
    private async Task<Phase> CloseAsync(Func<JobPhases, Phase> phase)
    {
        await _dying.NextAsync();
        var place = phase(new(_dying.NextApplication));
        await _gate.CloseAsync(place);
        return place;
    }

    private async Task KillAtGateAsync(Phase phase, Fate fate)
    {
        var backend = await _gate.ReachedAsync();
        var transaction = await _gate.TransactionAsync(backend);
        await _dying.KillNextAsync();
        if (fate == Fate.Aborted)
        {
            await _gate.EndAsync(backend);
            await _gate.GoneAsync(backend);
        }

        await _gate.OpenAsync();
        await _gate.GoneAsync(backend);
        (await _gate.StatusAsync(transaction)).ShouldBe(fate == Fate.Committed ? "committed" : "aborted", phase.Name);
    }

    /// <summary>Lets the node that dies next run a job that does not end.</summary>
    private async Task RunAsync()
    {
        using var client = (await _dying.NextAsync()).Client(secret: null);
        await client.CallAsync<SetFaultResponse>("testing/set-fault", new { name = "outbox-slow", on = true });
        await using var progress = await ProgressListener.StartAsync(_database);
        for (var call = 1; ; call++)
        {
            _acknowledged.AddRange((await client.CallAsync<EmitTestEventsResponse>("testing/emit", Emission())).EventIds);
            if (await progress.HeardAsync(_dying.NextApplication, Comes))
            {
                return;
            }

            call.ShouldBeLessThan(MostCalls, $"{_dying.NextApplication} runs none of its jobs.");
        }
    }

    private async Task<(int Events, int Jobs)> MarkedAsync() =>
        (await _jobs.EventsAsync("testing/stalled"), await _jobs.CountAsync($"consumer = '{JobPhases.MarkedConsumer}'"));
}
