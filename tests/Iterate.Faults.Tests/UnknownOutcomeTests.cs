using Iterate.Domain.Api;
using Iterate.Faults.Tests.Clusters;
using Iterate.Faults.Tests.Load;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Nodes;
using Shouldly;
using Xunit;

namespace Iterate.Faults.Tests;

/// <summary>Commits whose end a node can neither hear nor find out in time (requirements S-44 and S-48, test S-T10).</summary>
public sealed class UnknownOutcomeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan JobsEnd = TimeSpan.FromSeconds(45);

    // What becomes of a commit while its node waits.
    private static readonly Outcome[] Rounds = [Outcome.Committed, Outcome.Aborted, Outcome.Undecided, Outcome.Committed, Outcome.Aborted];

    private enum Outcome
    {
        Committed,
        Aborted,
        Undecided,
    }

    [Fact]
    public async Task The_caller_hears_that_nobody_knows_and_repeating_with_its_keys_gives_the_truth()
    {
        await using var cluster = await OwnCluster.StartAsync(OwnCluster.NewFolder());
        await using var link = new CuttableLink(cluster.ConnectionString);
        await using var node = await BuiltHost.StartAsync(link.ConnectionString);
        var (project, secret) = await node.PersonAsync("ada");
        using var client = node.Client(secret);
        await using var gate = await TransactionGate.BuildAsync(cluster.DataSource, AppendPhases.All);
        await using var load = AppendLoad.Start(project, secret, Patience, node);
        var check = new LogCheck(project, load);
        for (var round = 0; round < Rounds.Length; round++)
        {
            await load.AcknowledgedAsync(Recovery);
            var batch = AppendPhases.Batch(AppendPhases.Commit, round);
            await gate.CloseAsync(AppendPhases.Commit);
            var asked = client.PostAsync("streams/append", load.Request(batch));
            await LoseAsync(Rounds[round], link, gate);
            using (var answer = await asked)
            {
                (await answer.ProblemAsync(ErrorCodes.AppendOutcomeUnknown))["detail"]!.GetValue<string>().ShouldContain("key");
            }

            link.Mend();
            if (Rounds[round] == Outcome.Undecided)
            {
                await gate.OpenAsync();
            }

            // An aborted one is the caller's to repeat: a node that hears of it after its answer does not.
            var written = await load.RepeatAsync(client, batch, Recovery);
            written.ShouldBe(Rounds[round] == Outcome.Aborted ? AppendPhases.BatchLength : 0);
            await load.AcknowledgedAsync(Recovery);
            (await load.DifferentAsync(client, load.Acknowledged.Where(acknowledged => acknowledged.Path == batch.Path))).ShouldBeEmpty();
            await check.LookAsync(client);
        }

        await load.FinishAsync(Patience);
        await new OutboxJobs(cluster.DataSource).EndedAsync(JobsEnd);
        load.Unexpected.ShouldBeEmpty();
        await FaultTable.ReportAsync(await check.EndAsync(client, "commits nobody could ask about", Rounds.Length));
    }

    /// <summary>Takes the connection from a node whose commit has begun, then decides the commit, or leaves it so.</summary>
    private static async Task LoseAsync(Outcome outcome, CuttableLink link, TransactionGate gate)
    {
        var backend = await gate.ReachedAsync();
        if (outcome == Outcome.Undecided)
        {
            link.Cut(); // It may ask, and hears that the transaction goes on.
            return;
        }

        link.Break();
        if (outcome == Outcome.Aborted)
        {
            await gate.EndAsync(backend);
        }

        await gate.OpenAsync();
        await gate.GoneAsync(backend);
    }
}
