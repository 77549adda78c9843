using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Outbox;

public sealed partial class OutboxService
{
    /// <inheritdoc/>
    public Task<OutboxHealth> HealthAsync(OutboxHealthRequest request, CancellationToken cancellationToken) => _examination.ExamineAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<OutboxFailures> WatchFailedAsync(WatchFailedOutboxJobsRequest request, CancellationToken cancellationToken) =>
        _failures.FollowAsync(request.After, cancellationToken);
}
