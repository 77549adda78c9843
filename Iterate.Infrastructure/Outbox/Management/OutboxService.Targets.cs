using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Outbox;

public sealed partial class OutboxService
{
    /// <inheritdoc/>
    public async Task<ListOutboxForTargetResponse> ListForTargetAsync(ListOutboxForTargetRequest request, CancellationToken cancellationToken)
    {
        FilterRules.CheckLimit(request.Limit);
        FilterRules.CheckText("id", request.Id);
        var seqs = await _search.ForTargetAsync(CallContext.CurrentProject.ProjectId, Target(request.Kind, request.Id), request.Limit, cancellationToken);
        return new(await _reader.EventsAsync(seqs, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<OutboxJobView> RetryForTargetAsync(RetryOutboxForTargetRequest request, CancellationToken cancellationToken)
    {
        FilterRules.CheckText("id", request.Id);
        var job = await JobAsync(request.JobId, cancellationToken);
        return await _search.IsForTargetAsync(job.EventSeq, CallContext.CurrentProject.ProjectId, Target(request.Kind, request.Id), cancellationToken)
            ? await RetryAsync(new(request.JobId), cancellationToken)
            : throw ApiException.NotFound();
    }

    /// <summary>What the payload of an event about a thing contains.</summary>
    private static string Target(OutboxTargetKind kind, string id) => JsonSerializer.Serialize(
        new Dictionary<string, string>(StringComparer.Ordinal) { [$"{JsonNamingPolicy.CamelCase.ConvertName(kind.ToString())}Id"] = id });
}
