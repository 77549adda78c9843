using Iterate.Infrastructure.Accounts;

namespace Iterate.Infrastructure.Streams;

/// <summary>Gives a new project its root stream.</summary>
internal sealed class ProjectRootStream(EventLog log) : IProjectRootStream
{
    /// <inheritdoc/>
    public Task EnsureAsync(string projectId, CancellationToken cancellationToken) =>
        log.EnsureStreamAsync(projectId, "/", cancellationToken);
}
