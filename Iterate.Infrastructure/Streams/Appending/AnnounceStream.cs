using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Domain.Streams;
using Iterate.Infrastructure.Outbox;

namespace Iterate.Infrastructure.Streams;

/// <summary>A stream was created.</summary>
/// <param name="ProjectId"><c>prj_</c> id.</param>
/// <param name="StreamId"><c>str_</c> id.</param>
/// <param name="Path">Its path.</param>
public sealed record StreamCreated(string ProjectId, string StreamId, string Path) : IOutboxPayload
{
    /// <inheritdoc/>
    public static string EventName => CoreEvents.Created;
}

/// <summary>
/// Tells the ancestors of a new stream about it (requirements S-60 to S-63): enqueued by the transaction that creates the
/// stream, so a crash loses nothing; done twice it is harmless, because the announcement has a key.
/// </summary>
internal sealed class AnnounceStream(Lazy<EventLog> log, TimeProvider time) : OutboxConsumer<StreamCreated>
{
    /// <summary>Name of the consumer and its lane.</summary>
    public const string Lane = "announce-stream";

    private const int MostPerInsert = 1_000;
    private static readonly TimeSpan WhileImporting = TimeSpan.FromSeconds(30);

    public override string Name => Lane;

    // The appends of many share commits, so they may wait beside each other.
    public override int Concurrency => 16;

    // An ancestor that cannot be written now will be (requirement S-63).
    public override RetryPolicy Retry { get; } = RetryPolicy.Exponential(50, TimeSpan.FromSeconds(1), cap: TimeSpan.FromMinutes(10));

    /// <summary>The announcements of those of <paramref name="written"/> that are new and have ancestors.</summary>
    public static IEnumerable<OutboxInsert> Inserts(OutboxInserts outbox, IEnumerable<DrainStream> written) => written
        .Where(stream => stream.IsNew && !stream.Address.Path.IsRoot)
        .Select(stream => new OutboxDraft<StreamCreated>(new(stream.Address.ProjectId, stream.StreamId, stream.Address.Path.Value))
        {
            ProjectId = stream.Address.ProjectId,
        })
        .Chunk(MostPerInsert)
        .Select(outbox.Prepare);

    protected override async Task<string> HandleAsync(OutboxJobContext context, StreamCreated payload, CancellationToken cancellationToken)
    {
        var announcement = EventAdmission.Admit([CoreEvents.ChildStreamCreatedEvent(payload.StreamId, payload.Path)], EventOrigin.Platform);
        var ancestors = StreamPath.Parse(payload.Path).Ancestors.ToArray();
        var heard = await Task.WhenAll(ancestors.Select(ancestor => TellAsync(payload.ProjectId, ancestor, announcement, cancellationToken)));
        return $"{heard.Count(heard => heard)} of {ancestors.Length} ancestors know";
    }

    private async Task<bool> TellAsync(
        string projectId, StreamPath ancestor, IReadOnlyList<AdmittedEvent> announcement, CancellationToken cancellationToken)
    {
        try
        {
            await log.Value.AppendAsync(projectId, ancestor, announcement, AppendMode.CreateIfMissing, cancellationToken);
            return true;
        }
        catch (ApiException refusal) when (refusal.Code is ErrorCodes.StreamArchived or ErrorCodes.StreamDeleted)
        {
            return false;
        }
        catch (ApiException refusal) when (refusal.Code is ErrorCodes.StreamImporting)
        {
            throw new PostponeException(time.GetUtcNow() + WhileImporting, $"{ancestor} is being imported");
        }
    }
}
