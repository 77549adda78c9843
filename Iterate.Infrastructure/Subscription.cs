namespace Iterate.Infrastructure;

/// <summary>Something that holds until it is disposed.</summary>
internal sealed class Subscription(Action end) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => end();
}
