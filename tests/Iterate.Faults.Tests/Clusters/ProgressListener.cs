using System.Text.Json.Nodes;
using Npgsql;

namespace Iterate.Faults.Tests.Clusters;

/// <summary>Hears what nodes tell each other of the jobs they run (requirement O-17), from the moment it was started.</summary>
internal sealed class ProgressListener : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;
    private readonly NpgsqlConnection _ear;
    private readonly Queue<(int Backend, string JobId)> _told = new();

    private ProgressListener(NpgsqlDataSource database, NpgsqlConnection ear)
    {
        _database = database;
        _ear = ear;
        _ear.Notification += (_, hint) => Hear(hint);
    }

    public static async Task<ProgressListener> StartAsync(NpgsqlDataSource database)
    {
        var listener = new ProgressListener(database, await database.OpenConnectionAsync());
        await using var command = new NpgsqlCommand("listen iterate_outbox", listener._ear);
        await command.ExecuteNonQueryAsync();
        return listener;
    }

    /// <summary>Waits until a node tells of a job that it runs and has not ended.</summary>
    /// <param name="application">What the node calls itself before PostgreSQL.</param>
    /// <param name="within">Longest wait.</param>
    /// <returns>Whether it did.</returns>
    public async Task<bool> HeardAsync(string application, TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        while (true)
        {
            while (_told.TryDequeue(out var told))
            {
                if (await RunsAsync(application, told.Backend, told.JobId))
                {
                    return true;
                }
            }

            try
            {
                await _ear.WaitAsync(late.Token);
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _ear.DisposeAsync();

    private void Hear(NpgsqlNotificationEventArgs hint)
    {
        foreach (var progress in JsonNode.Parse(hint.Payload)!["progress"]?.AsArray() ?? [])
        {
            _told.Enqueue((hint.PID, progress!["jobId"]!.GetValue<string>()));
        }
    }

    private async Task<bool> RunsAsync(string application, int backend, string jobId)
    {
        await using var command = _database.CreateCommand("""
            select exists (
                select from pg_stat_activity, outbox_job
                where application_name = $1 and pid = $2 and job_id = $3 and claimed_by is not null)
            """);
        command.Parameters.Add(new() { Value = application });
        command.Parameters.Add(new() { Value = backend });
        command.Parameters.Add(new() { Value = jobId });
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
