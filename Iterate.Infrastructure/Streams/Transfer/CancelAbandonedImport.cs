using Iterate.Domain.Outbox;
using Iterate.Infrastructure.Outbox;

namespace Iterate.Infrastructure.Streams;

/// <summary>An import was started.</summary>
/// <param name="ProjectId"><c>prj_</c> id.</param>
/// <param name="ImportId"><c>imp_</c> id.</param>
public sealed record ImportStarted(string ProjectId, string ImportId) : IOutboxPayload
{
    /// <inheritdoc/>
    public static string EventName => "import/started";
}

/// <summary>Cancels an import that nobody has touched for 24 hours, so that its stream does not stay closed (requirement S-128).</summary>
internal sealed class CancelAbandonedImport(Lazy<StreamImporter> importer) : OutboxConsumer<ImportStarted>
{
    public override string Name => "cancel-abandoned-import";

    protected override async Task<string> HandleAsync(OutboxJobContext context, ImportStarted payload, CancellationToken cancellationToken) =>
        await importer.Value.CancelAbandonedAsync(payload.ProjectId, payload.ImportId, cancellationToken) is { } later
            ? throw new PostponeException(later, "the import is still touched")
            : "ended";
}
