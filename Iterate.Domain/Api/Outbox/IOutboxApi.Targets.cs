namespace Iterate.Domain.Api;

public partial interface IOutboxApi
{
    /// <summary>The newest events of a project that are about one of its things (requirement O-51).</summary>
    /// <exception cref="ApiException"><c>invalid-input</c>.</exception>
    [Access(Tier.ProjectRead)]
    Task<ListOutboxForTargetResponse> ListForTargetAsync(ListOutboxForTargetRequest request, CancellationToken cancellationToken);

    /// <summary>Makes a job about a thing of the project due now, as <c>retry</c> does.</summary>
    /// <exception cref="ApiException">
    /// <c>not-found</c>: no such job about this thing in this project; <c>job-state-conflict</c> with the present <c>job</c>.
    /// </exception>
    [Access(Tier.ProjectAdmin)]
    Task<OutboxJobView> RetryForTargetAsync(RetryOutboxForTargetRequest request, CancellationToken cancellationToken);
}
