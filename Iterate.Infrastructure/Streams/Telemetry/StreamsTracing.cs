using System.Diagnostics;
using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// The spans of the event log: one of each append, within whatever called it, and one of each drain, which links the appends
/// it serves (requirement S-193). They count events and name codes; what they never say is whose events they are.
/// </summary>
internal static class StreamsTracing
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "Iterate.Streams";

    /// <summary>Name of the span of an append.</summary>
    public const string Append = "streams.append";

    /// <summary>Name of the span of a drain.</summary>
    public const string Drain = "streams.drain";

    /// <summary>Tag: how many events it has.</summary>
    public const string Events = "iterate.streams.events";

    /// <summary>Tag of a drain: how many appends share it.</summary>
    public const string Appends = "iterate.streams.appends";

    /// <summary>Tag of a drain: how many streams it locks.</summary>
    public const string Streams = "iterate.streams.streams";

    // What collectors keep of a span unless told otherwise.
    private const int MaxLinks = 128;

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The span of an append; null when nobody collects it.</summary>
    public static Activity? StartAppend(int events) => Source.StartActivity(Append)?.SetTag(Events, events);

    /// <summary>The span of a drain; null when nobody collects it.</summary>
    public static Activity? StartDrain(Drain drain)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var links = drain.Batches.Select(batch => batch.Span).OfType<Activity>().Take(MaxLinks).Select(append => new ActivityLink(append.Context));
        return Source.StartActivity(ActivityKind.Internal, links: [.. links], name: Drain)
            ?.SetTag(Events, drain.EventCount).SetTag(Appends, drain.Batches.Count).SetTag(Streams, drain.Targets.Count);
    }

    /// <summary>Says what an append was refused with. Only what is no fault of the caller makes the span one of an error.</summary>
    public static void Refused(Activity? append, ApiException refusal)
    {
        append?.SetTag(StreamsMetrics.ErrorType, refusal.Code);
        if (refusal.Status >= 500)
        {
            append?.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>Says how the transaction of a drain ended, unless it committed.</summary>
    public static void Ended(Activity? drain, DrainEnd end)
    {
        if (end != DrainEnd.Committed)
        {
            drain?.SetTag(StreamsMetrics.ErrorType, end.ToString().ToLowerInvariant()).SetStatus(ActivityStatusCode.Error);
        }
    }
}
