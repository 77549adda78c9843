namespace Iterate.Infrastructure;

/// <summary>Does something once it is disposed, mostly giving up what was held.</summary>
internal sealed class DisposableAction(Action end) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => end();
}
