using System.Text.RegularExpressions;
using Iterate.Domain.Api;
using static Iterate.Domain.Streams.PayloadShapes;

namespace Iterate.Domain.Streams;

/// <summary>The payloads of core events (streams.md section 4); unknown members are refused (requirement S-50).</summary>
internal static partial class CoreEventPayloads
{
    private static readonly PayloadField Key = new("subscriptionKey", Like(KeyPattern(), "1 to 64 of a-z, 0-9 and '-', not beginning with '-'"));

    private static readonly PayloadShape Reason = Object(new PayloadField("reason", Text(500), Required: false));

    private static readonly PayloadShape Setting = Integer(1, Breaker.MaxSetting);

    private static readonly Dictionary<string, PayloadShape> Shapes = new(StringComparer.Ordinal)
    {
        [CoreEvents.Created] = Object(
            new("projectId", Text(100)),
            new("path", Text(StreamPath.MaxLength)),
            new("importedFrom", JsonObject(EventAdmission.MaxMetadataBytes), Required: false)),
        [CoreEvents.MetadataUpdated] = Object(new PayloadField("metadata", JsonObject(EventAdmission.MaxMetadataBytes))),
        [CoreEvents.ChildStreamCreated] = Object(new PayloadField("childPath", Text(StreamPath.MaxLength))),
        [CoreEvents.SubscriptionConfigured] = Object(
            Key,
            new("subscriber", Union("type", new Dictionary<string, PayloadField[]>(StringComparer.Ordinal)
            {
                ["processor"] = [new("slug", Slug())],
                ["webhook"] =
                [
                    new("url", Text(2_048)),
                    new("secretRef", Text(200), Required: false),
                    new("headers", JsonObject(8 * 1024), Required: false),
                    new("maxEvents", Integer(1, EventAdmission.MaxBatchEvents), Required: false),
                ],
                ["copy-to-stream"] = [new("path", Text(StreamPath.MaxLength)), new("transform", Any, Required: false)],
            })),
            new("filter", Object(
                new("eventTypes", ArrayOf(Text(EventAdmission.MaxTextLength), EventTypeFilter.MaxTypes), Required: false),
                new("payload", Any, Required: false)), Required: false),
            new("start", Either(OneOf("now", "beginning"), Integer(0)), Required: false)),
        [CoreEvents.SubscriptionRemoved] = Object(Key),
        [CoreEvents.SubscriberConnected] = Object(
            Key,
            new("subscriber", Object(
                new("slug", Slug(), Required: false),
                new("version", Integer(1), Required: false),
                new("kind", Text(100)),
                new("activation", Text(200)),
                new("contract", JsonObject(EventAdmission.MaxMetadataBytes), Required: false)))),
        [CoreEvents.SubscriberDisconnected] = Object(
            Key, new("reason", OneOf("replaced", "removed", "shutdown", "lease-lost", "delivery-failed", "halted"))),
        [CoreEvents.SubscriptionDeliveryHalted] = Object(
            Key,
            new("afterOffset", Integer(0)),
            new("failingOffset", Integer(1), Required: false),
            new("attempts", Integer(0)),
            new("error", Text(1_024))),
        [CoreEvents.SubscriptionDeliveryResumed] = Object(
            Key,
            new("mode", OneOf("resume", "skip", "rewind")),
            new("afterOffset", Integer(0), Required: false),
            new("skippedOffset", Integer(1), Required: false)),
        [CoreEvents.Paused] = Reason,
        [CoreEvents.Resumed] = Reason,
        [CoreEvents.ErrorOccurred] = Object(
            new("message", Text(1_024)),
            new("error", Object(
                new("name", Text(1_024), Required: false),
                new("message", Text(1_024)),
                new("code", Text(1_024), Required: false),
                new("stack", Bytes(8 * 1024), Required: false)), Required: false)),
        [CoreEvents.BreakerConfigured] = Object(new("burstCapacity", Setting), new("refillPerMinute", Setting)),
        [CoreEvents.BreakerTripped] = Object(new("overdraft", Integer(1)), new("burstCapacity", Setting), new("refillPerMinute", Setting)),
    };

    /// <summary>Reports what is wrong with the payload of a core event; other types have no catalogue (requirement S-12).</summary>
    public static void Check(string type, JsonText payload, Action<string, string> fault)
    {
        if (!Shapes.TryGetValue(type, out var shape))
        {
            return;
        }

        if (payload.IsAbsent)
        {
            // Pausing needs no words.
            if (shape != Reason)
            {
                fault("/payload", "is required.");
            }

            return;
        }

        using var document = payload.ToDocument();
        if (shape(document.RootElement, "/payload", fault) is { } message)
        {
            fault("/payload", message);
        }
    }

    private static PayloadShape Slug() => Like(SlugPattern(), "2 to 64 of a-z, 0-9 and '-', beginning with a letter");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex KeyPattern();

    [GeneratedRegex("^[a-z][a-z0-9-]{1,63}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex SlugPattern();
}
