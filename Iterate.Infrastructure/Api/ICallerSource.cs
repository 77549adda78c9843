using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Api;

/// <summary>
/// Tells the guard who calls in this scope: an HTTP request, a hub connection, a circuit. The host implements it.
/// </summary>
public interface ICallerSource
{
    /// <summary>
    /// Who calls, as of now. It is asked again while a live method runs, possibly from another thread, so it must look
    /// the session up each time and may not remember an answer.
    /// </summary>
    ValueTask<Caller> GetAsync(CancellationToken cancellationToken);
}
