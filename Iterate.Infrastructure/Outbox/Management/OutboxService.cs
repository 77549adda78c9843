using Iterate.Domain;
using Iterate.Domain.Api;
using Microsoft.Extensions.Logging;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Group <c>outbox</c>.</summary>
public sealed partial class OutboxService : IOutboxApi
{
    private readonly EventSearch _search;
    private readonly EventReader _reader;
    private readonly OutboxWatch _watch;
    private readonly JobActions _actions;
    private readonly LaneAdmin _lanes;
    private readonly QueueProcessing _queue;
    private readonly OutboxExamination _examination;
    private readonly FailureWatch _failures;
    private readonly ILogger _log;

    internal OutboxService(
        EventSearch search, EventReader reader, OutboxWatch watch, JobActions actions, LaneAdmin lanes, QueueProcessing queue,
        OutboxExamination examination, FailureWatch failures, ILogger<OutboxService> log)
    {
        _search = search;
        _reader = reader;
        _watch = watch;
        _actions = actions;
        _lanes = lanes;
        _queue = queue;
        _examination = examination;
        _failures = failures;
        _log = log;
    }

    /// <inheritdoc/>
    public async Task<ListOutboxEventsResponse> ListEventsAsync(ListOutboxEventsRequest request, CancellationToken cancellationToken)
    {
        FilterRules.CheckPage(request);
        var (seqs, total) = await _search.PageAsync(request, cancellationToken);
        long[] page = [.. seqs.Take(request.Limit)];
        return new(
            await _reader.EventsAsync(page, cancellationToken),
            total,
            seqs.Count > page.Length ? page[^1].ToString(System.Globalization.CultureInfo.InvariantCulture) : null);
    }

    /// <inheritdoc/>
    public async Task<OutboxEventView> GetEventAsync(GetOutboxEventRequest request, CancellationToken cancellationToken)
    {
        var seq = IsId("obe", request.EventId) ? await _search.SeqAsync(request.EventId, cancellationToken) : null;
        return (seq is { } known ? (await _reader.EventsAsync([known], cancellationToken)).SingleOrDefault() : null) ?? throw ApiException.NotFound();
    }

    /// <inheritdoc/>
    public async Task<OutboxChain> GetChainAsync(GetOutboxChainRequest request, CancellationToken cancellationToken)
    {
        var links = IsId("obe", request.EventId) ? await _search.ChainAsync(request.EventId, cancellationToken) : [];
        if (links.Count == 0)
        {
            throw ApiException.NotFound();
        }

        var depths = links.ToDictionary(link => link.Seq, link => link.Depth);
        var events = await _reader.EventsAsync([.. links.Select(link => link.Seq)], cancellationToken);
        return new([.. events.Select(found => new OutboxChainLink(depths[found.Seq], found))]);
    }

    /// <inheritdoc/>
    public async Task<ListOutboxLanesResponse> ListLanesAsync(ListOutboxLanesRequest request, CancellationToken cancellationToken) =>
        new(await _lanes.ListAsync(cancellationToken));

    /// <inheritdoc/>
    public IAsyncEnumerable<OutboxChange> WatchAsync(WatchOutboxRequest request, CancellationToken cancellationToken) =>
        _watch.FollowAsync(request.After, cancellationToken);

    private static bool IsId(string prefix, string id) => TypeId.Is(prefix, id);
}
