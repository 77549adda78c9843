using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Iterate.Domain;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Streams;
using Npgsql;
using NpgsqlTypes;

namespace Iterate.Bench;

/// <summary>Restores a log and exports it again, beside plain COPY of the same rows (requirements S-121 and S-199).</summary>
internal static class ImportBench
{
    private const int PartsBetweenLooks = 100;
    public static async Task<BenchReport> MeasureAsync(int events, string connectionString, CancellationToken cancellationToken)
    {
        await using var node = await BenchNode.StartAsync(connectionString, _ => { }, cancellationToken);
        var project = TypeId.New("prj", TimeProvider.System);
        CallContext.Current = new(Caller.Anonymous, new ProjectScope(project, "bench", "org_bench"), "org_bench");
        var streams = node.Get<StreamsService>();
        var raw = new RawInserts(node.DataSource);
        await new SampleLog(events / 10).RestoreAsync(streams, "bench", "/warm-up", cancellationToken);
        await raw.PrepareAsync(cancellationToken);
        var (copied, imported) = await RestoreAsync(node.DataSource, streams, new SampleLog(events), cancellationToken);
        await raw.CleanAsync(cancellationToken);
        return new ImportReport
        {
            Name = "import",
            Events = events,
            CopyPerSecond = Math.Round(events / copied.TotalSeconds),
            ImportPerSecond = Math.Round(events / imported.TotalSeconds),
            ExportPerSecond = Math.Round(events / (await ExportAsync(streams, cancellationToken)).TotalSeconds),
            ExportMiB = Math.Round(await ExportMemoryAsync(streams, cancellationToken) / (1024.0 * 1024), 1),
        };
    }

    /// <summary>Chunk by chunk in turn, so that both share whatever else the machine does.</summary>
    private static async Task<(TimeSpan Copied, TimeSpan Imported)> RestoreAsync(
        NpgsqlDataSource dataSource, StreamsService streams, SampleLog log, CancellationToken cancellationToken)
    {
        var (copied, imported) = (TimeSpan.Zero, TimeSpan.Zero);
        var import = await streams.ImportStartAsync(new("bench", "/bench", ImportMode.Restore), cancellationToken);
        foreach (var chunk in log.Chunks())
        {
            var lines = SampleLog.Lines(chunk);
            var started = Stopwatch.GetTimestamp();
            await CopyAsync(dataSource, chunk, cancellationToken);
            copied += Stopwatch.GetElapsedTime(started);
            started = Stopwatch.GetTimestamp();
            import = await streams.ImportChunkAsync(new("bench", import.Id, import.Lines + 1, lines), cancellationToken);
            imported += Stopwatch.GetElapsedTime(started);
        }

        await streams.ImportFinishAsync(new("bench", import.Id), cancellationToken);
        return (copied, imported);
    }

    private static async Task CopyAsync(NpgsqlDataSource dataSource, StreamEvent[] chunk, CancellationToken cancellationToken)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var rows = await connection.BeginBinaryImportAsync(
            """copy raw_stream_event (stream, "offset", created_at, bytes, type, payload) from stdin (format binary)""", cancellationToken);
        foreach (var committed in chunk)
        {
            await rows.StartRowAsync(cancellationToken);
            await rows.WriteAsync(1L, NpgsqlDbType.Bigint, cancellationToken);
            await rows.WriteAsync(committed.Offset, NpgsqlDbType.Bigint, cancellationToken);
            await rows.WriteAsync(committed.CreatedAt.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await rows.WriteAsync(committed.Payload.Text!.Length, NpgsqlDbType.Integer, cancellationToken);
            await rows.WriteAsync(committed.Type, NpgsqlDbType.Text, cancellationToken);
            await rows.WriteAsync(committed.Payload.Text, NpgsqlDbType.Jsonb, cancellationToken);
        }

        await rows.CompleteAsync(cancellationToken);
    }

    private static async Task<TimeSpan> ExportAsync(StreamsService streams, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        await foreach (var _ in streams.ExportAsync(new("bench", "/bench"), cancellationToken))
        {
        }

        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Most bytes that are alive during an export beyond those before it.</summary>
    private static async Task<long> ExportMemoryAsync(StreamsService streams, CancellationToken cancellationToken)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = before;
        var parts = 0;
        await foreach (var _ in streams.ExportAsync(new("bench", "/bench"), cancellationToken))
        {
            if (parts++ % PartsBetweenLooks == 0)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
            }
        }

        return most - before;
    }
}
