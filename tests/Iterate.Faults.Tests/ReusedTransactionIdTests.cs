using System.Net;
using Iterate.Faults.Tests.Clusters;
using Iterate.Faults.Tests.Load;
using Iterate.Web.Tests.Hosting;
using Iterate.Web.Tests.Nodes;
using Npgsql;
using Shouldly;
using Xunit;

namespace Iterate.Faults.Tests;

/// <summary>
/// PostgreSQL gives the id of a transaction again that it lost before anything of it was on disk (requirements S-44 and
/// S-48, test S-T10).
/// </summary>
public sealed class ReusedTransactionIdTests
{
    private const int MostTries = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan JobsEnd = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task A_lost_transaction_is_not_taken_for_the_one_that_got_its_id()
    {
        await using var cluster = await OwnCluster.StartAsync(OwnCluster.NewFolder());
        await ExecuteAsync(cluster, "alter system set wal_writer_delay = '10s'");
        await ExecuteAsync(cluster, "select pg_reload_conf()");
        await using var link = new CuttableLink(cluster.ConnectionString);
        await using var node = await BuiltHost.StartAsync(link.ConnectionString);
        var (project, secret) = await node.PersonAsync("ada");
        using var client = node.Client(secret);
        await using var load = AppendLoad.Start(project, secret, Patience, node);
        await load.AcknowledgedAsync(Patience);
        await load.FinishAsync(Patience);
        var check = new LogCheck(project, load);
        var tries = 0;
        for (var isProven = false; !isProven; tries++)
        {
            tries.ShouldBeLessThan(MostTries, "No id was given twice and asked for in time.");
            var batch = AppendPhases.Batch(AppendPhases.Commit, tries);
            string id;
            Task<HttpResponseMessage> asked;
            await using (var gate = await TransactionGate.BuildAsync(cluster.DataSource, AppendPhases.All))
            {
                await gate.CloseAsync(AppendPhases.Commit);
                asked = client.PostAsync("streams/append", load.Request(batch));
                id = await gate.TransactionAsync(await gate.ReachedAsync());
                link.Break();
                await cluster.KillAsync();
            }

            await cluster.StartAgainAsync();
            await ExecuteAsync(cluster, "do $$ begin for given in 1..500 loop perform pg_current_xact_id(); commit; end loop; end $$");
            var isReused = await ExecuteAsync(cluster, $"select pg_xact_status('{id}'::xid8)") is "committed";
            link.Mend();
            using var answer = await asked;
            TestContext.Current.TestOutputHelper!.WriteLine($"{id} was given again: {isReused}; answered {(int)answer.StatusCode}");
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                isProven = isReused;
                (await load.RepeatAsync(client, batch, Patience)).ShouldBe(0, "It was acknowledged and is not there.");
            }
        }

        await new OutboxJobs(cluster.DataSource).EndedAsync(JobsEnd);
        await FaultTable.ReportAsync(await check.EndAsync(client, "a transaction's id given again", tries));
    }

    // Connections of a pool do not survive the kill.
    private static async Task<object?> ExecuteAsync(OwnCluster cluster, string sql)
    {
        await using var connection = new NpgsqlConnection($"{cluster.ConnectionString};Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }
}
