using Iterate.Domain.Api;

namespace Iterate.Web.Client.Streams;

/// <summary>What was read of one folder or one search.</summary>
/// <param name="Request">How it was asked for, and how to ask for more.</param>
/// <param name="Rows">Rows so far.</param>
/// <param name="NextCursor">Where to continue; null at the end.</param>
public sealed record StreamListing(ListStreamsRequest Request, IReadOnlyList<StreamSummary> Rows, string? NextCursor)
{
    /// <summary>Reads the first page.</summary>
    /// <exception cref="ApiException">The codes of <c>list</c>.</exception>
    public static async Task<StreamListing> ReadAsync(IStreamsApi streams, ListStreamsRequest request, CancellationToken cancellationToken)
    {
        var page = await streams.ListAsync(request, cancellationToken);
        return new(request, page.Streams, page.NextCursor);
    }

    /// <summary>Reads the next page.</summary>
    /// <exception cref="ApiException">The codes of <c>list</c>.</exception>
    public async Task<StreamListing> MoreAsync(IStreamsApi streams, CancellationToken cancellationToken)
    {
        var page = await streams.ListAsync(Request with { Cursor = NextCursor }, cancellationToken);
        return this with { Rows = [.. Rows, .. page.Streams], NextCursor = page.NextCursor };
    }

    /// <summary>Reads as much as there was once more.</summary>
    /// <exception cref="ApiException">The codes of <c>list</c>.</exception>
    public async Task<StreamListing> AgainAsync(IStreamsApi streams, CancellationToken cancellationToken)
    {
        var again = await ReadAsync(streams, Request, cancellationToken);
        while (again.NextCursor is not null && again.Rows.Count < Rows.Count)
        {
            again = await again.MoreAsync(streams, cancellationToken);
        }

        return again;
    }

    /// <summary>
    /// The listing with a row that is new or changed, at its place in the order. What lies beyond the rows that were
    /// read comes with them, and news that is older than the row is none (requirement S-113).
    /// </summary>
    public StreamListing With(StreamSummary changed)
    {
        var known = Rows.FirstOrDefault(row => row.Path == changed.Path);
        if (known is not null && known.StreamId == changed.StreamId && known.HeadOffset > changed.HeadOffset)
        {
            return this;
        }

        var others = Rows.Where(row => row.Path != changed.Path).ToList();
        if (changed.Archived && !Request.IncludeArchived)
        {
            return this with { Rows = others };
        }

        var place = others.FindIndex(row => Compare(changed, row) < 0);
        if (place >= 0)
        {
            others.Insert(place, changed);
        }
        else if (NextCursor is null || known is not null)
        {
            others.Add(changed);
        }

        return this with { Rows = others };
    }

    private int Compare(StreamSummary one, StreamSummary other)
    {
        var byPath = string.CompareOrdinal(one.Path, other.Path);
        if (Request.Sort == StreamSort.Path)
        {
            return byPath;
        }

        var byTime = Nullable.Compare(other.LastEventAt, one.LastEventAt);
        return byTime != 0 ? byTime : -byPath;
    }
}
