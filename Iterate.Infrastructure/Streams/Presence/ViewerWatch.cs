using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Streams;

/// <summary>Somebody who wants to know who views a stream. Only the newest list waits to be taken.</summary>
internal sealed class ViewerWatch(long stream, Action<ViewerWatch> left) : IDisposable
{
    private readonly Signal _changed = new();
    private IReadOnlyList<Viewer>? _list;

    /// <summary>Internal id of the stream.</summary>
    public long Stream { get; } = stream;

    /// <summary>Tells the list; the same list twice is told once.</summary>
    public void Tell(IReadOnlyList<Viewer> list)
    {
        if (Volatile.Read(ref _list) is { } told && told.SequenceEqual(list))
        {
            return;
        }

        Volatile.Write(ref _list, list);
        _changed.Raise();
    }

    /// <summary>The list at once, then each time it has changed.</summary>
    public async Task<IReadOnlyList<Viewer>> NextAsync(CancellationToken cancellationToken)
    {
        await _changed.WaitAsync(cancellationToken);
        return Volatile.Read(ref _list)!;
    }

    /// <inheritdoc/>
    public void Dispose() => left(this);
}
