namespace Iterate.Domain.Outbox;

/// <summary>
/// The content of an outbox event: a record that serializes to JSON of at most 256 KiB (requirement O-4). Changes to its
/// shape are additive. It never carries a secret (requirement O-5); what is large is passed by reference.
/// </summary>
public interface IOutboxPayload
{
    /// <summary>Name of the event, <c>&lt;owner&gt;/&lt;past-tense-kebab&gt;</c>.</summary>
    static abstract string EventName { get; }
}
