using System.Globalization;
using System.Runtime.CompilerServices;
using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

public sealed partial class StreamsService
{
    private const int MaxLabelLength = 200;

    /// <inheritdoc/>
    public async IAsyncEnumerable<FilePart> ExportAsync(ExportRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var project = CallContext.CurrentProject;
        var path = StreamPath.Parse(request.Path);
        var matcher = EventMatcher.Create(request.Filter);
        Require(request.AfterOffset >= 0, "afterOffset", "must be at least 0");
        Require(request.BeforeOffset is null or >= 1, "beforeOffset", "must be at least 1");
        var row = await FindAsync(path, expectedStreamId: null, cancellationToken);
        if (request.AfterOffset > row.HeadOffset)
        {
            throw Refusals.CursorAhead(row.HeadOffset);
        }

        var through = Math.Min((request.BeforeOffset ?? long.MaxValue) - 1, row.HeadOffset);
        var head = new FileHead(
            EventExport.NameOf(project.Slug, path, request.AfterOffset + 1, through, request.Gzip),
            request.Gzip ? "application/gzip" : "application/x-ndjson",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Head-Offset"] = row.HeadOffset.ToString(CultureInfo.InvariantCulture) });
        var export = new EventExport(_dataSource, _time, row, matcher, request.AfterOffset, through);
        await foreach (var part in export.WriteAsync(head, request.Gzip, cancellationToken))
        {
            yield return part;
        }
    }

    /// <inheritdoc/>
    public Task<ImportStatus> ImportStartAsync(ImportStartRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        Require(request.Label is null or { Length: >= 1 and <= MaxLabelLength }, "label", $"must have 1 to {MaxLabelLength} characters");
        Require(request.Label?.Contains('\0', StringComparison.Ordinal) is not true, "label", "holds U+0000");
        return _importer.StartAsync(ProjectId, path, request, CallContext.Current.Caller.UserId, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImportStatus> ImportChunkAsync(ImportChunkRequest request, CancellationToken cancellationToken)
    {
        Require(request.FromLine >= 1, "fromLine", "must be at least 1");
        Require(request.Body.Length > 0, "body", "must have at least one line");
        return _importer.TakeAsync(ProjectId, request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ImportStatus> ImportFinishAsync(ImportFinishRequest request, CancellationToken cancellationToken) =>
        _importer.FinishAsync(ProjectId, request.Id, cancellationToken);

    /// <inheritdoc/>
    public Task<ImportStatus> ImportCancelAsync(ImportCancelRequest request, CancellationToken cancellationToken) =>
        _importer.CancelAsync(ProjectId, request.Id, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<ImportStatus> ImportStatusAsync(ImportStatusRequest request, CancellationToken cancellationToken) =>
        _importer.WatchAsync(ProjectId, request.Id, cancellationToken);
}
