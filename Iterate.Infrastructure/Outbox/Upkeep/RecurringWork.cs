using System.Globalization;
using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Postgres;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// Work that comes due again and again. Whichever node leads enqueues it as an ordinary event, once a tick; ticks missed
/// while every node was down are one (requirement O-12).
/// </summary>
internal abstract class RecurringWork(string name, TimeSpan interval)
{
    /// <summary>The tick that <paramref name="now"/> belongs to.</summary>
    public DateTimeOffset TickAt(DateTimeOffset now) => new(now.UtcTicks - (now.UtcTicks % interval.Ticks), TimeSpan.Zero);

    /// <summary>Enqueues the work of a tick unless that was done.</summary>
    public abstract Task EnqueueAsync(IOutbox outbox, IterateDbContext context, DateTimeOffset tick, CancellationToken cancellationToken);

    /// <summary>What makes the work of a tick one, <c>&lt;name&gt;@&lt;tick&gt;</c>.</summary>
    protected string KeyOf(DateTimeOffset tick) => string.Create(CultureInfo.InvariantCulture, $"{name}@{tick:yyyy-MM-dd'T'HH:mm:ss'Z'}");
}

/// <inheritdoc/>
internal sealed class RecurringWork<TPayload>(string name, TimeSpan interval, Func<DateTimeOffset, TPayload> payload) : RecurringWork(name, interval)
    where TPayload : class, IOutboxPayload
{
    public override Task EnqueueAsync(IOutbox outbox, IterateDbContext context, DateTimeOffset tick, CancellationToken cancellationToken) =>
        outbox.EnqueueAsync(context, new OutboxDraft<TPayload>(payload(tick)) { DedupKey = KeyOf(tick) }, cancellationToken);
}
