using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>A page of the streams below a path, by key (requirement S-112).</summary>
internal static class StreamList
{
    /// <summary>What <see cref="Read"/> needs of a table named <c>s</c>.</summary>
    public const string Columns = """
        s.path, s.stream_id, s.title, s.head_offset, s.last_event_at, s.paused_at_offset,
        (select count(*) from stream c where c.project_id = s.project_id and c.parent_path = s.path),
        (select count(*) from jsonb_each(s.details -> 'subscriptions') subscription where subscription.value ? 'halt'),
        s.archived_at is not null
        """;

    private const string From = $"select {Columns} from stream s where s.project_id = $1 and ($2 or s.archived_at is null)";

    // By the index of parents: what lies deeper may be a hundred times as much.
    private const string Children = $"{From} and s.parent_path = $3";

    // '0' follows '/' in byte order, so the two bounds hold exactly what lies below the folder.
    private const string Below = $"""
        {From} and s.path > $3 and s.path < $4
            and ($5 is null or s.depth <= $5)
            and ($6 is null or position($6 in lower(s.path)) > 0 or position($6 in lower(s.title)) > 0)
        """;

    public static async Task<ListStreamsResponse> ReadAsync(
        NpgsqlDataSource dataSource, string projectId, StreamPath under, ListStreamsRequest request, CancellationToken cancellationToken)
    {
        var (sql, scope) = Scope(projectId, under, request);
        var cursor = Cursor.TryParse(request.Cursor);
        var (order, keys) = Page(request, cursor, scope.Count);
        var rows = await Query.RowsAsync(dataSource, sql + order, [.. scope, .. keys], Read, cancellationToken);
        if (rows.Count <= request.Limit)
        {
            return new(rows);
        }

        rows.RemoveAt(rows.Count - 1);
        return new(rows, new Cursor(rows[^1].Path, request.Sort == StreamSort.Path ? null : rows[^1].LastEventAt).ToString());
    }

    /// <summary>A row, from the columns a query begins with.</summary>
    public static StreamSummary Read(NpgsqlDataReader reader)
    {
        var path = StreamPath.Parse(reader.GetString(0));
        return new()
        {
            Path = path.Value,
            Name = path.Name,
            StreamId = reader.GetString(1),
            Title = reader.IsDBNull(2) ? null : reader.GetString(2),
            HeadOffset = reader.GetInt64(3),
            LastEventAt = reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
            Paused = !reader.IsDBNull(5),
            ChildCount = reader.GetInt64(6),
            HaltedSubscriptions = (int)reader.GetInt64(7),
            Archived = reader.GetBoolean(8),
        };
    }

    private static (string Sql, IReadOnlyList<NpgsqlParameter> Parameters) Scope(string projectId, StreamPath under, ListStreamsRequest request)
    {
        var searched = string.IsNullOrWhiteSpace(request.Query) ? null : request.Query.Trim().ToLowerInvariant();
        if (searched is null && request.Depth == 1)
        {
            return (Children, [Query.Value(projectId), Query.Value(request.IncludeArchived), Query.Value(under.Value)]);
        }

        var folder = under.IsRoot ? "" : under.Value;
        return (Below, [
            Query.Value(projectId), Query.Value(request.IncludeArchived), Query.Value(folder + "/"), Query.Value(folder + "0"),
            Query.Value(searched is null ? under.Depth + request.Depth : (int?)null), Query.Value(searched),
        ]);
    }

    private static (string Sql, NpgsqlParameter[] Parameters) Page(ListStreamsRequest request, Cursor? cursor, int before)
    {
        var (first, second, third) = (before + 1, before + 2, before + 3);
        return request.Sort == StreamSort.Path
            ? ($" and s.path > ${first} order by s.path limit ${second}", [Query.Value(cursor?.Path ?? ""), Query.Value(request.Limit + 1)])
            : (
                $" and (${first} is null or (s.last_event_at, s.path) < (${first}, ${third})) order by s.last_event_at desc, s.path desc limit ${second}",
                [Query.Value(cursor?.Time?.UtcDateTime), Query.Value(request.Limit + 1), Query.Value(cursor?.Path)]);
    }

    /// <summary>Key of the last row of a page.</summary>
    private sealed record Cursor(string Path, DateTimeOffset? Time)
    {
        public static Cursor? TryParse(string? text)
        {
            if (text is null)
            {
                return null;
            }

            if (Base64Url.IsValid(text))
            {
                var words = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ');
                if (words is [var path])
                {
                    return new(path, null);
                }

                if (words is [var from, var ticks] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var utc)
                    && utc <= DateTimeOffset.MaxValue.Ticks)
                {
                    return new(from, new DateTimeOffset(utc, TimeSpan.Zero));
                }
            }

            throw ApiException.InvalidInput("cursor", "is not one this list gave out");
        }

        public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            Time is null ? Path : string.Create(CultureInfo.InvariantCulture, $"{Path} {Time.Value.UtcTicks}")));
    }
}
