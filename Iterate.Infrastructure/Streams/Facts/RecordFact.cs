using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Outbox;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// Appends facts of the database to their streams (requirement O-11). The key names the outbox event, so a fact that is
/// recorded twice stands there once.
/// </summary>
internal sealed class RecordFact(Lazy<EventLog> log, TimeProvider time) : OutboxConsumer<StreamFact>
{
    private static readonly TimeSpan WhilePaused = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan WhileImporting = TimeSpan.FromSeconds(30);

    public override string Name => "record-fact";

    // The appends of many share commits, so they may wait beside each other.
    public override int Concurrency => 16;

    // A stream that stays closed longer than jobs are postponed is waited for some hours more.
    public override RetryPolicy Retry { get; } = RetryPolicy.Exponential(50, TimeSpan.FromSeconds(1), cap: TimeSpan.FromMinutes(10));

    /// <summary>One fact of a stream after the other.</summary>
    public override string SerialKey(StreamFact payload) => payload.ProjectId + payload.Path;

    protected override async Task<string> HandleAsync(OutboxJobContext context, StreamFact payload, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await log.Value.AppendAsync(
                payload.ProjectId, StreamPath.Parse(payload.Path), payload.Admit($"outbox:{context.EventId}"), AppendMode.CreateIfMissing, cancellationToken);
            return $"event {outcome.Events[0].Offset} of {payload.Path}";
        }
        catch (ApiException refusal) when (refusal.Code is ErrorCodes.StreamDeleted)
        {
            return "skipped: the stream was deleted";
        }
        catch (ApiException refusal) when (refusal.Code is ErrorCodes.StreamPaused)
        {
            throw new PostponeException(time.GetUtcNow() + WhilePaused, refusal.Message);
        }
        catch (ApiException refusal) when (refusal.Code is ErrorCodes.StreamImporting)
        {
            throw new PostponeException(time.GetUtcNow() + WhileImporting, refusal.Message);
        }
        catch (ApiException refusal) when (refusal.Status < 500)
        {
            throw new NonRetryableException(refusal.Code, refusal.Message);
        }
    }
}
