using System.Text.Json;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Handles one kind of outbox event, in a lane of its own (requirements O-13 and O-20). Derive from
/// <see cref="OutboxConsumer{TPayload}"/> and register with <c>AddOutboxConsumer</c>.
/// </summary>
public abstract class OutboxConsumer
{
    /// <summary>Unique in the product, kebab-case; names the lane too.</summary>
    public abstract string Name { get; }

    /// <summary>The event it handles.</summary>
    public abstract string EventName { get; }

    /// <summary>How long a job rests before its first attempt.</summary>
    public virtual TimeSpan Delay => TimeSpan.Zero;

    /// <summary>Jobs that run at a time on one node.</summary>
    public virtual int Concurrency => 4;

    /// <summary>How long a claimed job stays hidden from others; renewed every third of it while the job runs.</summary>
    public virtual TimeSpan VisibilityTimeout => TimeSpan.FromSeconds(30);

    /// <summary>When an attempt is cancelled.</summary>
    public virtual TimeSpan RunLimit => TimeSpan.FromSeconds(300);

    /// <summary>What happens after an attempt that failed.</summary>
    public virtual RetryPolicy Retry => RetryPolicy.Default;

    /// <summary>Jobs may have keys by which they run one after the other, across all nodes (requirement O-21).</summary>
    internal abstract bool IsSerial { get; }

    /// <summary>Runs one attempt.</summary>
    /// <returns>What a person reads about it; a text that starts with <c>skipped:</c> says that there was nothing to do.</returns>
    /// <exception cref="NonRetryableException"><c>bad-payload</c>: the payload is none of this build's (requirement O-4).</exception>
    internal abstract Task<string> HandleAsync(OutboxJobContext context, string payload, CancellationToken cancellationToken);
}

/// <inheritdoc/>
/// <typeparam name="TPayload">Content of the event.</typeparam>
public abstract class OutboxConsumer<TPayload> : OutboxConsumer
    where TPayload : class, IOutboxPayload
{
    /// <inheritdoc/>
    public sealed override string EventName => TPayload.EventName;

    internal sealed override bool IsSerial =>
        GetType().GetMethod(nameof(SerialKey), [typeof(TPayload)])!.DeclaringType != typeof(OutboxConsumer<TPayload>);

    /// <summary>Whether an event makes a job for this consumer. Pure; asked once, when the event is enqueued.</summary>
    public virtual bool When(TPayload payload) => true;

    /// <summary>At most one job of this consumer and key runs at a time; null runs beside all others. Pure.</summary>
    public virtual string? SerialKey(TPayload payload) => null;

    /// <summary>
    /// Does the work. It may run again with the same <see cref="OutboxJobContext.Key"/>, so it is written for at least
    /// once; <see cref="OutboxJobContext.CompleteWithAsync"/> makes what it writes to our database exactly once.
    /// </summary>
    protected abstract Task<string> HandleAsync(OutboxJobContext context, TPayload payload, CancellationToken cancellationToken);

    internal sealed override Task<string> HandleAsync(OutboxJobContext context, string payload, CancellationToken cancellationToken)
    {
        TPayload parsed;
        try
        {
            parsed = JsonSerializer.Deserialize<TPayload>(payload, ApiJson.Options) ?? throw new JsonException("It is null.");
        }
        catch (JsonException exception)
        {
            throw new NonRetryableException("bad-payload", $"The payload is no {typeof(TPayload).Name}: {exception.Message}");
        }

        return HandleAsync(context, parsed, cancellationToken);
    }
}
