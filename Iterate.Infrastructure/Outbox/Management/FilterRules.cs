using Iterate.Domain.Api;
using Iterate.Domain.Outbox;

namespace Iterate.Infrastructure.Outbox;

/// <summary>What a filter may say (requirement O-54).</summary>
internal static class FilterRules
{
    private const int MaxPage = 200;
    private const int MaxOffset = 10_000;
    private const int MaxText = 200;

    /// <exception cref="ApiException"><c>invalid-input</c>.</exception>
    public static void CheckPage(ListOutboxEventsRequest request)
    {
        CheckLimit(request.Limit);
        if (request.Offset is < 0 or > MaxOffset)
        {
            throw ApiException.InvalidInput("offset", "must be from 0 to 10,000");
        }

        if (request is { Offset: not null, Cursor: not null })
        {
            throw ApiException.InvalidInput("offset", "does not go with a cursor");
        }

        Check(request);
    }

    /// <exception cref="ApiException"><c>invalid-input</c>.</exception>
    public static void CheckLimit(int limit)
    {
        if (limit is < 1 or > MaxPage)
        {
            throw ApiException.InvalidInput("limit", "must be from 1 to 200");
        }
    }

    /// <exception cref="ApiException"><c>invalid-input</c>.</exception>
    public static void Check(OutboxFilter filter)
    {
        CheckText("eventName", filter.EventName);
        CheckText("consumerName", filter.ConsumerName);
        CheckRange("ageMinMs", filter.AgeMinMs, "ageMaxMs", filter.AgeMaxMs);
        CheckRange("readCountMin", filter.ReadCountMin, "readCountMax", filter.ReadCountMax);
        CheckRange("resolutionMinMs", filter.ResolutionMinMs, "resolutionMaxMs", filter.ResolutionMaxMs);
        if (filter is { StatusMode: OutboxStatusMode.All, ConsumerStatus: null })
        {
            throw ApiException.InvalidInput("statusMode", "needs a consumerStatus");
        }

        if (filter.PayloadContains.Text is { } json && OutboxPayloadJson.FindFault(json) is { } fault)
        {
            throw ApiException.InvalidInput("payloadContains" + fault.Pointer, fault.Message);
        }
    }

    /// <summary>Text the database could not even compare.</summary>
    public static void CheckText(string field, string? text)
    {
        if (text is { Length: 0 or > MaxText } || text?.Contains('\0', StringComparison.Ordinal) == true)
        {
            throw ApiException.InvalidInput(field, "must have 1 to 200 characters, none of them U+0000");
        }
    }

    private static void CheckRange(string least, long? min, string most, long? max)
    {
        foreach (var (field, value) in new[] { (least, min), (most, max) })
        {
            if (value < 0)
            {
                throw ApiException.InvalidInput(field, "must not be negative");
            }
        }

        if (min > max)
        {
            throw ApiException.InvalidInput(least, $"must not be more than {most}");
        }
    }
}
