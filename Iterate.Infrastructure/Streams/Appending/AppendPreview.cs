using Iterate.Domain.Api;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Decides an append against the stream as it is now, with the rules of the real one, and writes nothing (requirement
/// S-59). It takes no lock, so nobody waits for it; another append may come before the real one.
/// </summary>
internal static class AppendPreview
{
    private const string FindKeys = $"""
        select {EventColumns.Of} from unnest($2) w(key)
        cross join lateral (select * from stream_event where stream = $1 and idempotency_key = w.key offset 0) e
        """;

    /// <exception cref="ApiException">What the append would be refused with.</exception>
    public static async Task<PreviewAppendResponse> DecideAsync(
        NpgsqlDataSource dataSource, string projectId, StreamPath path, IReadOnlyList<AdmittedEvent> batch, bool mustExist, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        StoredState? stored;
        try
        {
            stored = await StoredState.FindAsync(dataSource, projectId, path, cancellationToken);
        }
        catch (ApiException missing) when (missing.Code is ErrorCodes.NotFound && !mustExist)
        {
            stored = null;
        }

        var known = stored is null ? [] : await KnownAsync(dataSource, stored.Row.Id, batch, cancellationToken);
        IReadOnlyList<AdmittedEvent> created = stored is null
            ? EventAdmission.Admit([CoreEvents.CreatedEvent(projectId, path)], EventOrigin.Platform)
            : [];
        var decision = AppendRules.Decide(
            path, stored?.Row.Tip ?? StreamTip.Empty, stored?.Details ?? StreamDetails.Empty, [.. created, .. batch], now, known.GetValueOrDefault);
        var state = StreamState.Of(projectId, path, stored?.Row.StreamId, decision.Tip, decision.Details!);
        return new([.. decision.Events.Skip(created.Count)], decision.Tip.HeadOffset, decision.CommittedCount - created.Count, state);
    }

    private static async Task<Dictionary<string, StreamEvent>> KnownAsync(
        NpgsqlDataSource dataSource, long streamId, IReadOnlyList<AdmittedEvent> batch, CancellationToken cancellationToken)
    {
        string[] keys = [.. batch.Select(admitted => admitted.IdempotencyKey).OfType<string>()];
        var events = keys.Length == 0
            ? []
            : await Query.RowsAsync(dataSource, FindKeys, [Query.Value(streamId), Sql.Array(keys, key => key)],
                reader => EventColumns.Read(reader, 0).Event, cancellationToken);
        return events.ToDictionary(known => known.IdempotencyKey!, StringComparer.Ordinal);
    }
}
