using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Iterate.Domain.Api;

namespace Iterate.Domain.Streams;

/// <summary>A consumer attached to a stream, as its log has it (streams.md section 4, processors.md section 5).</summary>
public sealed record StreamSubscription
{
    /// <summary>What it delivers to: processor, webhook or copy.</summary>
    public required JsonText Subscriber { get; init; }

    /// <summary>What it sees; absent means everything.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Filter { get; init; }

    /// <summary>Offset of the newest configuration.</summary>
    public required long ConfiguredAtOffset { get; init; }

    /// <summary>Events at and below it cause no effects (processors.md, P-17).</summary>
    public required long AnchorOffset { get; init; }

    /// <summary>Why and where delivery stands still; null while it is active.</summary>
    public StreamDeliveryHalt? Halt { get; init; }

    /// <summary>Events a person told it to pass over.</summary>
    public ImmutableList<long> SkippedOffsets { get; init; } = [];

    /// <summary>The kind in <see cref="Subscriber"/>.</summary>
    [JsonIgnore]
    public string? Type
    {
        get
        {
            using var document = Subscriber.ToDocument();
            return document.RootElement.TryGetProperty("type", out var type) ? type.GetString() : null;
        }
    }

    internal static StreamSubscription Configured(StreamSubscription? before, long offset, CorePayload payload) => new()
    {
        Subscriber = payload.Json("subscriber") is { IsAbsent: false } subscriber ? subscriber : JsonText.FromTrusted("{}"),
        Filter = payload.Json("filter"),
        ConfiguredAtOffset = offset,
        AnchorOffset = payload.Text("start") switch
        {
            "beginning" => 0,
            "now" => offset,
            _ => payload.Integer("start") ?? before?.AnchorOffset ?? offset,
        },
        Halt = before?.Halt,
        SkippedOffsets = before?.SkippedOffsets ?? [],
    };

    internal StreamSubscription Halted(CorePayload payload) => this with
    {
        Halt = new(payload.Integer("afterOffset") ?? 0, payload.Integer("attempts") ?? 0, payload.Text("error") ?? "", payload.Integer("failingOffset")),
    };

    internal StreamSubscription Resumed(CorePayload payload) => this with
    {
        Halt = null,
        SkippedOffsets = payload.Integer("skippedOffset") is { } skipped && !SkippedOffsets.Contains(skipped) ? SkippedOffsets.Add(skipped) : SkippedOffsets,
    };
}

/// <summary>A delivery that stands still until a person resumes it.</summary>
/// <param name="AfterOffset">What was delivered.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Error">Why.</param>
/// <param name="FailingOffset">The event it stumbled over, if it was one.</param>
public sealed record StreamDeliveryHalt(long AfterOffset, long Attempts, string Error, long? FailingOffset = null);

/// <summary>A consumer that is connected.</summary>
/// <param name="ConnectedAtOffset">Offset of the event that said so.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Activation">The running instance.</param>
/// <param name="Slug">The processor, if it is one.</param>
/// <param name="Version">Version of its contract.</param>
public sealed record StreamSubscriber(long ConnectedAtOffset, string Kind, string Activation, string? Slug = null, long? Version = null)
{
    internal static StreamSubscriber Connected(long offset, CorePayload subscriber) => new(
        offset, subscriber.Text("kind") ?? "", subscriber.Text("activation") ?? "", subscriber.Text("slug"), subscriber.Integer("version"));
}

/// <summary>An error that was recorded in the log.</summary>
/// <param name="Offset">Where.</param>
/// <param name="At">When.</param>
/// <param name="Message">What a person reads.</param>
public sealed record StreamError(long Offset, DateTimeOffset At, string Message)
{
    /// <summary>Name, message, code and stack, if they were given.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonText Error { get; init; }
}
