using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>What one look at all lanes of a node finds.</summary>
/// <param name="Consumer">The lane.</param>
/// <param name="NextDue">When its next job that nobody runs is due; null without one.</param>
/// <param name="IsPaused">It accepts work and runs none (requirement O-37).</param>
internal sealed record LaneState(string Consumer, DateTimeOffset? NextDue, bool IsPaused);

/// <summary>Looks at all lanes in one query (requirement O-18).</summary>
internal sealed class LaneLook(NpgsqlDataSource dataSource)
{
    private const string States = """
        select lane.consumer, due.visible_at, exists (select from outbox_paused_lane as paused where paused.consumer = lane.consumer)
        from unnest($1) as lane (consumer) left join lateral (
            select visible_at from outbox_job
            where consumer = lane.consumer and archived_at is null and (lease_until is null or lease_until < $2)
            order by visible_at limit 1) as due on true
        """;

    public async Task<IReadOnlyList<LaneState>> LookAsync(IReadOnlyList<string> lanes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(States);
        command.Parameters.Add(Sql.Array(lanes, lane => lane));
        command.Parameters.Add(Sql.Time(now));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var states = new List<LaneState>();
        while (await reader.ReadAsync(cancellationToken))
        {
            states.Add(new(reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetFieldValue<DateTimeOffset>(1), reader.GetBoolean(2)));
        }

        return states;
    }
}
