using System.Text;
using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// What a node tells the others on the channel of the outbox. Only a hint: whoever misses it finds work by polling, a
/// lost claim by renewing.
/// </summary>
/// <param name="Node">Who says it.</param>
/// <param name="Lanes">Lanes with new work; null for "any".</param>
/// <param name="Revoked">Jobs that were taken away from whoever runs them.</param>
/// <param name="Progress">How running jobs get on.</param>
/// <param name="Failed">Jobs failed: look at what was told of them.</param>
internal sealed record OutboxHint(
    string Node, IReadOnlyList<string>? Lanes = null, IReadOnlyList<string>? Revoked = null, IReadOnlyList<JobProgress>? Progress = null,
    bool Failed = false)
{
    /// <summary>The channel all nodes of a database listen on.</summary>
    public const string Channel = "iterate_outbox";

    private const int MostBytes = 7_000;

    /// <summary>The payload; what does not fit is left out, progress first.</summary>
    public override string ToString()
    {
        OutboxHint[] smallerAndSmaller = [this, this with { Progress = null }, this with { Progress = null, Revoked = null }];
        return smallerAndSmaller.Select(Serialize).FirstOrDefault(text => Encoding.UTF8.GetByteCount(text) <= MostBytes)
            ?? Serialize(new OutboxHint(Node, Failed: Failed));
    }

    /// <summary>Reads a payload; null when it is none of ours.</summary>
    public static OutboxHint? TryParse(string payload)
    {
        try
        {
            return JsonSerializer.Deserialize<OutboxHint>(payload, ApiJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Serialize(OutboxHint hint) => JsonSerializer.Serialize(hint, ApiJson.Options);
}

/// <summary>How a running job gets on (requirement O-17).</summary>
/// <param name="EventSeq">Number of its event.</param>
/// <param name="JobId">The job.</param>
/// <param name="Text">At most 200 characters.</param>
/// <param name="Fraction">0 to 1; null when unknown.</param>
internal sealed record JobProgress(long EventSeq, string JobId, string Text, double? Fraction = null);
