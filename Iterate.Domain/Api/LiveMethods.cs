namespace Iterate.Domain.Api;

/// <summary>A request of a live method that can go on after the last item a client received.</summary>
public interface IResumable
{
    /// <summary>The same request, continuing after <paramref name="lastEventId"/> (SSE <c>Last-Event-ID</c>).</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>: the id is not one this method sends.</exception>
    object ResumeAfter(string lastEventId);
}

/// <summary>An item of a live method that says where to go on after it; it travels as the SSE <c>id:</c>.</summary>
public interface ICursor
{
    /// <summary>What a client sends back as <c>Last-Event-ID</c>.</summary>
    string Cursor { get; }
}
