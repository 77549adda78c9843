namespace Iterate.Infrastructure.Streams;

/// <summary>How a live method takes the end of its node: as the end of the sequence, not as an error.</summary>
internal static class NodeEnd
{
    /// <summary>The next item; null when the wait was called off, but not by the caller.</summary>
    public static async Task<T?> OrAsync<T>(Task<T> next, CancellationToken caller)
        where T : class
    {
        try
        {
            return await next;
        }
        catch (OperationCanceledException) when (!caller.IsCancellationRequested)
        {
            return null;
        }
    }
}
