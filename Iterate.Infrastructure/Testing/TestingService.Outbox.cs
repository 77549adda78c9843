using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Testing;

internal sealed partial class TestingService
{
    private const int MostEmitted = 1_000;
    private const int LongestWaitMs = 120_000;

    /// <inheritdoc/>
    public async Task<EmitTestEventsResponse> EmitAsync(EmitTestEventsRequest request, CancellationToken cancellationToken) =>
        request.Count is < 1 or > MostEmitted
            ? throw ApiException.InvalidInput("count", "must be from 1 to 1,000")
            : new(await outbox.EmitAsync(request.Name, request.Count, cancellationToken));

    /// <inheritdoc/>
    public Task<InsertedTestJob> InsertMalformedJobAsync(InsertMalformedJobRequest request, CancellationToken cancellationToken) =>
        outbox.InsertMalformedJobAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<InsertedTestJob> InsertMissingConsumerJobAsync(InsertMissingConsumerJobRequest request, CancellationToken cancellationToken) =>
        outbox.InsertMissingConsumerJobAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<PurgeOutboxResponse> PurgeAsync(PurgeOutboxRequest request, CancellationToken cancellationToken) =>
        new(await outbox.PurgeAsync(cancellationToken));

    /// <inheritdoc/>
    public Task<RunUntilIdleResponse> RunUntilIdleAsync(RunUntilIdleRequest request, CancellationToken cancellationToken) =>
        request.TimeoutMs is < 1 or > LongestWaitMs
            ? throw ApiException.InvalidInput("timeoutMs", "must be from 1 to 120,000")
            : outbox.RunUntilIdleAsync(TimeSpan.FromMilliseconds(request.TimeoutMs), cancellationToken);

    /// <inheritdoc/>
    public Task<SetFaultResponse> SetFaultAsync(SetFaultRequest request, CancellationToken cancellationToken)
    {
        faults.Set(request.Name, request.On);
        return Task.FromResult(new SetFaultResponse(request.Name, request.On));
    }
}
