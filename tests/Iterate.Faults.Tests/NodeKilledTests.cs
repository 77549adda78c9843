using Iterate.Faults.Tests.Clusters;
using Iterate.Faults.Tests.Load;
using Iterate.Testing;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Nodes;
using Shouldly;
using Xunit;

namespace Iterate.Faults.Tests;

/// <summary>kill -9 of a node while it appends (requirement S-48, test S-T9).</summary>
public sealed class NodeKilledTests
{
    private const int Rounds = 20;
    private const int Repeated = 50;
    private static readonly TimeSpan Load = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // A job the last node took with it is hidden for 30 s.
    private static readonly TimeSpan JobsEnd = TimeSpan.FromSeconds(45);

    // Where an append stands when its node dies; null: wherever the load has brought it, and its answers.
    private static readonly Phase?[] Phases = [AppendPhases.BeforeInsert, AppendPhases.AfterInsert, AppendPhases.Commit, null];

    [Fact]
    public async Task What_was_acknowledged_is_there_once_and_new_streams_are_announced()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var living = await BuiltHost.StartAsync(database.ConnectionString);
        await using var dying = await DyingNodes.StartAsync(database.ConnectionString);
        var (project, secret) = await living.PersonAsync("ada");
        using var client = living.Client(secret);
        await using var gate = await TransactionGate.BuildAsync(database.DataSource, AppendPhases.All);
        await using var load = AppendLoad.Start(project, secret, Patience, [living, .. dying.All]);
        var check = new LogCheck(project, load);
        for (var round = 0; round < Rounds; round++)
        {
            await Task.Delay(Load, TestContext.Current.CancellationToken);
            if (Phases[round % Phases.Length] is { } phase)
            {
                var batch = AppendPhases.Batch(phase, round);
                await KillAsync(dying, secret, gate, phase, load.Request(batch));
                await load.RepeatAsync(client, batch, Patience);
            }
            else
            {
                await dying.KillNextAsync();
            }

            await check.LookAsync(client);
            (await load.DifferentAsync(client, load.Acknowledged.Reverse().Take(Repeated))).ShouldBeEmpty();
        }

        await load.FinishAsync(Patience);
        await new OutboxJobs(database.DataSource).EndedAsync(JobsEnd);
        load.Unexpected.ShouldBeEmpty();
        await FaultTable.ReportAsync(await check.EndAsync(client, "kill -9 of a node under appends", Rounds));
    }

    /// <summary>Kills a node while its append stands at the gate. Its transaction goes on without it.</summary>
    private static async Task KillAsync(DyingNodes dying, string secret, TransactionGate gate, Phase phase, object append)
    {
        using var client = (await dying.NextAsync()).Client(secret);
        await gate.CloseAsync(phase);
        var asked = client.PostAsync("streams/append", append);
        await gate.ReachedAsync();
        await dying.KillNextAsync();
        await gate.OpenAsync();
        await Should.ThrowAsync<HttpRequestException>(asked);
    }
}
