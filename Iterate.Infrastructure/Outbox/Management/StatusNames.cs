using Iterate.Domain.Api;

namespace Iterate.Infrastructure.Outbox;

/// <summary>Statuses as they are stored.</summary>
internal static class StatusNames
{
    public static string Of(OutboxStatus status) => status switch
    {
        OutboxStatus.Pending => "pending",
        OutboxStatus.Success => "success",
        OutboxStatus.Retrying => "retrying",
        _ => "failed",
    };

    public static OutboxStatus Parse(string stored) => stored switch
    {
        "pending" => OutboxStatus.Pending,
        "success" => OutboxStatus.Success,
        "retrying" => OutboxStatus.Retrying,
        "failed" => OutboxStatus.Failed,
        _ => throw new InvalidOperationException($"No outbox job is '{stored}'."),
    };
}
