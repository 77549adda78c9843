using System.Text.Json;
using Iterate.Domain.Api;

namespace Iterate.Web.Client.Streams;

/// <summary>What somebody would append to get an event like one that is there (requirement S-179).</summary>
internal static class EventTemplate
{
    private const string CorePrefix = "stream/";
    private const int MostTypes = 6;

    private static readonly JsonSerializerOptions Pretty = new(ApiJson.Options) { WriteIndented = true };

    /// <summary>The types people append to a stream, most frequent first; what the log says of itself is none of them.</summary>
    public static IReadOnlyList<TypeCount> TypesOf(CountResponse counts) =>
        [.. counts.ByType.Where(type => !type.Type.StartsWith(CorePrefix, StringComparison.Ordinal)).Take(MostTypes)];

    /// <summary>The input of an event, as JSON to edit.</summary>
    public static string Of(StreamEvent stored) => JsonSerializer.Serialize(
        new EventInput { Type = stored.Type, Payload = stored.Payload, Metadata = stored.Metadata }, Pretty);
}
