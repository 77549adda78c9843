using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Streams;

/// <summary>One live list. Rows wait in their newest state only, and not too many of them.</summary>
internal sealed class ListWatch(ListScope scope, Action<ListWatch> left) : IDisposable
{
    // A reader that far behind fetches the list again.
    private const int MaxWaiting = 1_000;

    private readonly Lock _lock = new();
    private readonly Signal _changed = new();
    private readonly Dictionary<string, StreamSummary> _waiting = new(StringComparer.Ordinal);
    private bool _refetch;
    private long _version;

    /// <summary>Project of the list.</summary>
    public string ProjectId => scope.ProjectId;

    /// <summary>Rows of the project changed.</summary>
    public void Tell(IEnumerable<StreamSummary> rows)
    {
        lock (_lock)
        {
            foreach (var row in rows.Where(scope.Holds))
            {
                _waiting[row.Path] = row;
            }

            if (_waiting.Count > MaxWaiting)
            {
                _waiting.Clear();
                _refetch = true;
            }

            if (_waiting.Count == 0 && !_refetch)
            {
                return;
            }
        }

        _changed.Raise();
    }

    /// <summary>What is listed has to be fetched again.</summary>
    public void TellRefetch()
    {
        lock (_lock)
        {
            _refetch = true;
        }

        _changed.Raise();
    }

    /// <summary>The next change.</summary>
    public async Task<StreamListChange> NextAsync(CancellationToken cancellationToken)
    {
        await _changed.WaitAsync(cancellationToken);
        lock (_lock)
        {
            var change = new StreamListChange([.. _waiting.Values], _refetch, ++_version);
            _waiting.Clear();
            _refetch = false;
            return change;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => left(this);
}
