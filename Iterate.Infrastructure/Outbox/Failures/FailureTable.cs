using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// When failures of each consumer and code were told last. The row is what makes it once a minute, whichever nodes they
/// happen on.
/// </summary>
internal sealed class FailureTable(NpgsqlDataSource dataSource)
{
    /// <summary>How often failures of a consumer and code are told.</summary>
    public static readonly TimeSpan Spacing = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    // A failure without a code has the empty one.
    private const string Raise = """
        with raised as (
            insert into outbox_failure as told (consumer, code, job_id, raised_at) values ($1, $2, $3, $4)
            on conflict (consumer, code) do update set job_id = excluded.job_id, raised_at = excluded.raised_at
            where told.raised_at <= $5
            returning raised_at
        )
        select null::timestamptz from raised
        union all
        select raised_at from outbox_failure where consumer = $1 and code = $2 and not exists (select from raised)
        """;

    private const string List = "select consumer, nullif(code, ''), job_id, raised_at from outbox_failure order by raised_at, consumer, code";

    /// <summary>Tells a failure unless one like it was told within the minute.</summary>
    /// <returns>Null when it was told now, else when the last one was.</returns>
    public async Task<DateTimeOffset?> RaiseAsync(string consumer, string? code, string jobId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Raise);
        command.Parameters.Add(Sql.Text(consumer));
        command.Parameters.Add(Sql.Text(code ?? ""));
        command.Parameters.Add(Sql.Text(jobId));
        command.Parameters.Add(Sql.Time(now));
        command.Parameters.Add(Sql.Time(now - Spacing));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);

        // No row at all: another node told its first one between the two halves of the statement.
        return await reader.ReadAsync(cancellationToken)
            ? reader.IsDBNull(0) ? null : reader.GetFieldValue<DateTimeOffset>(0)
            : now;
    }

    /// <summary>What was told last of each consumer and code, oldest first.</summary>
    public async Task<IReadOnlyList<OutboxFailure>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(List);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var failures = new List<OutboxFailure>();
        while (await reader.ReadAsync(cancellationToken))
        {
            failures.Add(new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return failures;
    }

    /// <summary>Forgets what nobody asks for any more.</summary>
    public async Task ForgetAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("delete from outbox_failure where raised_at < $1");
        command.Parameters.Add(Sql.Time(now - Kept));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
