using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

public sealed partial class StreamsService
{
    /// <inheritdoc/>
    public async Task<AppendResponse> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var path = StreamPath.Parse(request.Path);
        var events = EventAdmission.Admit(request.Events, EventOrigin.Caller);
        if (events.Count == 0)
        {
            var row = await FindAsync(path, expectedStreamId: null, cancellationToken);
            return new(row.StreamId, [], row.HeadOffset, 0);
        }

        var mode = request.MustExist ? AppendMode.MustExist : AppendMode.CreateIfMissing;
        var outcome = await _log.AppendAsync(ProjectId, path, events, mode, cancellationToken);
        return new(outcome.StreamId, outcome.Events, outcome.HeadOffset, outcome.CommittedCount);
    }
}
