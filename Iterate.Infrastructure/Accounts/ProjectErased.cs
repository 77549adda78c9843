using Iterate.Domain.Outbox;

namespace Iterate.Infrastructure.Accounts;

/// <summary>
/// A project was deleted and its data is to go (requirement A-48). Enqueued in the transaction that makes this final;
/// each feature has a consumer that removes what is its own.
/// </summary>
/// <param name="ProjectId"><c>prj_</c> id.</param>
public sealed record ProjectErased(string ProjectId) : IOutboxPayload
{
    /// <inheritdoc/>
    public static string EventName => "project/erased";
}
