using System.Text.Json.Serialization;
using Iterate.Domain.Api;
using Iterate.Domain.Outbox;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// A fact of the database that is to stand in a stream too. Appends do not run inside the transaction of a change, so it
/// is enqueued there and <c>record-fact</c> appends it (requirement O-11).
/// </summary>
/// <param name="ProjectId"><c>prj_</c> id.</param>
/// <param name="Path">Path of the stream, which is created when it is missing.</param>
/// <param name="Type">Type of the event; also one of the platform's.</param>
public sealed record StreamFact(string ProjectId, string Path, string Type) : IOutboxPayload
{
    /// <inheritdoc/>
    public static string EventName => "outbox/fact-stated";

    /// <summary>Payload of the event: any JSON, or absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Payload { get; init; }

    /// <summary>Metadata of the event: a JSON object, or absent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Metadata { get; init; }

    /// <summary>The event as the platform appends it.</summary>
    /// <exception cref="ApiException">As of <see cref="EventAdmission.Admit"/>.</exception>
    internal IReadOnlyList<AdmittedEvent> Admit(string? key) =>
        EventAdmission.Admit([new() { Type = Type, Payload = Payload, Metadata = Metadata, IdempotencyKey = key }], EventOrigin.Platform);
}
