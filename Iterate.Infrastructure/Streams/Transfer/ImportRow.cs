using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>An import as it is kept, with the head of its stream.</summary>
internal sealed record ImportRow
{
    private const string Columns = """
        i.import_id, i.project_id, i.path, i.stream, i.stream_id, i.mode, i.state, i.lines, i.events, i.bytes, i.error_line, i.error,
        i.touched_at, i.label, s.head_offset, s.last_event_at
        """;

    private const string ById = $"select {Columns} from stream_import i left join stream s on s.id = i.stream where i.import_id = $1 and i.project_id = $2";

    private const string Open = $"""
        select {Columns} from stream_import i join stream s on s.id = i.stream
        where s.project_id = $1 and s.path = $2 and i.state in ('running', 'stopped')
        """;

    private const string Update = """
        update stream_import set state = $2, lines = $3, events = $4, bytes = $5, error_line = $6, error = $7, touched_at = $8 where import_id = $1
        """;

    public required string Id { get; init; }

    public required string ProjectId { get; init; }

    public required StreamPath Path { get; init; }

    /// <summary>Internal id of the stream.</summary>
    public required long Stream { get; init; }

    public required string StreamId { get; init; }

    public required ImportMode Mode { get; init; }

    public required ImportState State { get; init; }

    public required long Lines { get; init; }

    public required long Events { get; init; }

    public required long Bytes { get; init; }

    public required long? ErrorLine { get; init; }

    public required string? Error { get; init; }

    /// <summary>When it last came forward.</summary>
    public required DateTimeOffset TouchedAt { get; init; }

    public required string? Label { get; init; }

    public required long HeadOffset { get; init; }

    public required DateTimeOffset? LastEventAt { get; init; }

    /// <summary>It waits for lines.</summary>
    public bool IsOpen => State is ImportState.Running or ImportState.Stopped;

    public ImportStatus Status => new()
    {
        Id = Id,
        StreamId = StreamId,
        Path = Path.Value,
        Mode = Mode,
        State = State,
        Lines = Lines,
        Events = Events,
        Bytes = Bytes,
        HeadOffset = HeadOffset,
        ErrorLine = ErrorLine,
        Error = Error,
        TouchedAt = TouchedAt,
    };

    /// <exception cref="ApiException"><c>not-found</c>.</exception>
    public static async Task<ImportRow> FindAsync(NpgsqlDataSource dataSource, string projectId, string id, CancellationToken cancellationToken)
    {
        var rows = await Query.RowsAsync(dataSource, ById, [Query.Value(id), Query.Value(projectId)], Read, cancellationToken);
        return rows.Count == 1 ? rows[0] : throw ApiException.NotFound();
    }

    /// <summary>The import that holds a stream; null when there is none.</summary>
    public static async Task<ImportRow?> FindOpenAsync(NpgsqlDataSource dataSource, string projectId, StreamPath path, CancellationToken cancellationToken) =>
        (await Query.RowsAsync(dataSource, Open, [Query.Value(projectId), Query.Value(path.Value)], Read, cancellationToken)).SingleOrDefault();

    /// <summary>Locks an import, so that one step of it is taken at a time.</summary>
    /// <exception cref="ApiException"><c>not-found</c>.</exception>
    public static async Task<ImportRow> LockAsync(NpgsqlConnection connection, string projectId, string id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"{ById} for update of i", connection) { Parameters = { Sql.Text(id), Sql.Text(projectId) } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? Read(reader) : throw ApiException.NotFound();
    }

    /// <summary>Keeps this state of a locked import.</summary>
    public NpgsqlBatchCommand Save() => new(Update)
    {
        Parameters =
        {
            Sql.Text(Id), Sql.Text(State.ToString().ToLowerInvariant()), Query.Value(Lines), Query.Value(Events), Query.Value(Bytes),
            Query.Value(ErrorLine), Sql.Text(Error), Sql.Time(TouchedAt),
        },
    };

    private static ImportRow Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetString(0),
        ProjectId = reader.GetString(1),
        Path = StreamPath.Parse(reader.GetString(2)),
        Stream = reader.GetInt64(3),
        StreamId = reader.GetString(4),
        Mode = Enum.Parse<ImportMode>(reader.GetString(5), ignoreCase: true),
        State = Enum.Parse<ImportState>(reader.GetString(6), ignoreCase: true),
        Lines = reader.GetInt64(7),
        Events = reader.GetInt64(8),
        Bytes = reader.GetInt64(9),
        ErrorLine = reader.IsDBNull(10) ? null : reader.GetInt64(10),
        Error = reader.IsDBNull(11) ? null : reader.GetString(11),
        TouchedAt = reader.GetFieldValue<DateTimeOffset>(12),
        Label = reader.IsDBNull(13) ? null : reader.GetString(13),
        HeadOffset = reader.IsDBNull(14) ? 0 : reader.GetInt64(14),
        LastEventAt = reader.IsDBNull(15) ? null : reader.GetFieldValue<DateTimeOffset>(15),
    };
}
