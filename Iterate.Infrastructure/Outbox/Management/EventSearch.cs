using System.Globalization;
using Iterate.Domain;
using Iterate.Domain.Accounts;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Finds events by filter, and those around one event.</summary>
internal sealed class EventSearch(NpgsqlDataSource dataSource, ConsumerRegistry consumers, OutboxNode node)
{
    private const int MostCounted = 10_000;

    private const string Chain = """
        with recursive up (seq, event_id, cause, depth) as (
            select seq, event_id, context #>> '{causedBy,eventId}', 0 from outbox_event where event_id = $1
            union all
            select parent.seq, parent.event_id, parent.context #>> '{causedBy,eventId}', up.depth - 1
            from up join outbox_event as parent on parent.event_id = up.cause
            where up.depth > -20
        ), down (seq, event_id, depth) as (
            select seq, event_id, 0 from outbox_event where event_id = $1
            union all
            select child.seq, child.event_id, down.depth + 1
            from down join outbox_event as child on child.context ? 'causedBy' and child.context #>> '{causedBy,eventId}' = down.event_id
            where down.depth < 20
        )
        select seq, depth from (select seq, depth from up union select seq, depth from (select seq, depth from down limit 400) as effects) as link
        order by depth, seq limit 200
        """;

    /// <summary>Conditions for a filter of people.</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>; <c>not-found</c>: no such project.</exception>
    public async Task<EventConditions> ConditionsAsync(OutboxFilter filter, CancellationToken cancellationToken)
    {
        FilterRules.Check(filter);
        var project = filter.Project is { } name ? await ProjectIdAsync(name, cancellationToken) : null;
        return new(filter, project, consumers.Find(filter.ConsumerName)?.EventName, node.Now);
    }

    /// <summary>Numbers of a page of events, one more than asked for when there is a next page, and how many match.</summary>
    public async Task<(IReadOnlyList<long> Seqs, int Total)> PageAsync(ListOutboxEventsRequest request, CancellationToken cancellationToken)
    {
        var page = await ConditionsAsync(request, cancellationToken);
        var count = await ConditionsAsync(request, cancellationToken);
        var (order, beyond) = request.SortDirection is SortDirection.Desc ? ("desc", "<") : ("asc", ">");
        if (request.Cursor is { } cursor)
        {
            page.And($"event.seq {beyond} {page.Parameters.Add(Sql.Number(ParseCursor(cursor)))}");
        }

        var limit = page.Parameters.Add(Sql.Number(request.Limit + 1));
        var offset = page.Parameters.Add(Sql.Number(request.Offset ?? 0));
        await using var connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new($"select event.seq from outbox_event as event where {page} order by event.seq {order} limit {limit} offset {offset}"),
                new($"select count(*) from (select from outbox_event as event where {count} limit {MostCounted}) as counted"),
            },
        };
        page.Parameters.CopyTo(batch.BatchCommands[0].Parameters);
        count.Parameters.CopyTo(batch.BatchCommands[1].Parameters);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var seqs = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            seqs.Add(reader.GetInt64(0));
        }

        await reader.NextResultAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (seqs, (int)reader.GetInt64(0));
    }

    /// <summary>Number of one event, or null.</summary>
    public async Task<long?> SeqAsync(string eventId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select seq from outbox_event where event_id = $1");
        command.Parameters.Add(Sql.Text(eventId));
        return (long?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Numbers of the causes and effects of an event, with their distance; empty when it is not there.</summary>
    public async Task<IReadOnlyList<(long Seq, int Depth)>> ChainAsync(string eventId, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Chain);
        command.Parameters.Add(Sql.Text(eventId));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var links = new List<(long, int)>();
        while (await reader.ReadAsync(cancellationToken))
        {
            links.Add((reader.GetInt64(0), reader.GetInt32(1)));
        }

        return links;
    }

    /// <summary>Numbers of the newest events of a project whose payload contains <paramref name="target"/>.</summary>
    public async Task<IReadOnlyList<long>> ForTargetAsync(string projectId, string target, int limit, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select seq from outbox_event where project_id = $1 and payload @> $2 order by seq desc limit $3");
        command.Parameters.Add(Sql.Text(projectId));
        command.Parameters.Add(Sql.Json(target));
        command.Parameters.Add(Sql.Number(limit));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var seqs = new List<long>();
        while (await reader.ReadAsync(cancellationToken))
        {
            seqs.Add(reader.GetInt64(0));
        }

        return seqs;
    }

    /// <summary>Whether an event of a project is about <paramref name="target"/>.</summary>
    public async Task<bool> IsForTargetAsync(long seq, string projectId, string target, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand("select exists (select from outbox_event where seq = $1 and project_id = $2 and payload @> $3)");
        command.Parameters.Add(Sql.Number(seq));
        command.Parameters.Add(Sql.Text(projectId));
        command.Parameters.Add(Sql.Json(target));
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<string> ProjectIdAsync(string name, CancellationToken cancellationToken)
    {
        var column = TypeId.Is("prj", name) ? "id" : Slugs.IsValid(name) ? "slug" : throw ApiException.NotFound();
        await using var command = dataSource.CreateCommand($"select id from project where {column} = $1");
        command.Parameters.Add(Sql.Text(name));
        return (string?)await command.ExecuteScalarAsync(cancellationToken) ?? throw ApiException.NotFound();
    }

    private static long ParseCursor(string cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? seq
            : throw ApiException.InvalidInput("cursor", "is not one that an earlier page answered");
}
