namespace Iterate.Infrastructure.Accounts;

/// <summary>Gives a project its root stream; the event log implements it (requirement A-50).</summary>
public interface IProjectRootStream
{
    /// <summary>Creates the root stream of a project, or finds it there.</summary>
    Task EnsureAsync(string projectId, CancellationToken cancellationToken);
}
