using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>The group <c>streams</c> of the contract. Rights were checked by the guard; this reads what it established.</summary>
public sealed partial class StreamsService : IStreamsApi
{
    private readonly EventLog _log;
    private readonly LiveFeeds _feeds;
    private readonly LiveStreams _live;
    private readonly StreamDeletion _deletion;
    private readonly StreamImporter _importer;
    private readonly StreamsMetrics _metrics;
    private readonly NpgsqlDataSource _dataSource;
    private readonly TimeProvider _time;
    private readonly EventWait _wait;

    internal StreamsService(
        EventLog log, LiveFeeds feeds, LiveStreams live, StreamDeletion deletion, StreamImporter importer, NpgsqlDataSource dataSource, TimeProvider time,
        StreamsMetrics metrics)
    {
        _log = log;
        _feeds = feeds;
        _live = live;
        _deletion = deletion;
        _importer = importer;
        _metrics = metrics;
        _dataSource = dataSource;
        _time = time;
        _wait = new(dataSource, feeds.Follower, time);
    }

    private static string ProjectId => CallContext.CurrentProject.ProjectId;

    private Task<StreamRow> FindAsync(StreamPath path, string? expectedStreamId, CancellationToken cancellationToken) =>
        StreamRow.FindAsync(_dataSource, ProjectId, path, expectedStreamId, cancellationToken);

    private static void Require(bool holds, string field, string error)
    {
        if (!holds)
        {
            throw ApiException.InvalidInput(field, error);
        }
    }
}
