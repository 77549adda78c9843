using Iterate.Domain.Api;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>What a live list shows, decided row by row as <see cref="StreamList"/> decides it in the database.</summary>
internal sealed class ListScope
{
    private readonly string _folder;
    private readonly string? _searched;
    private readonly int _deepest;

    public ListScope(string projectId, StreamPath under, ListLiveRequest request)
    {
        ProjectId = projectId;
        _folder = under.IsRoot ? "/" : under.Value + "/";
        _searched = string.IsNullOrWhiteSpace(request.Query) ? null : request.Query.Trim();
        _deepest = under.Depth + request.Depth;
    }

    /// <summary><c>prj_</c> id.</summary>
    public string ProjectId { get; }

    /// <summary>Whether a stream of the project is in the list.</summary>
    public bool Holds(StreamSummary stream) =>
        stream.Path.Length > _folder.Length
        && stream.Path.StartsWith(_folder, StringComparison.Ordinal)
        && (_searched is null
            ? StreamPath.Parse(stream.Path).Depth <= _deepest
            : stream.Path.Contains(_searched, StringComparison.OrdinalIgnoreCase)
                || stream.Title?.Contains(_searched, StringComparison.OrdinalIgnoreCase) == true);
}
