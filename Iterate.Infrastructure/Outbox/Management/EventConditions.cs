using System.Text;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;

namespace Iterate.Infrastructure.Outbox;

/// <summary>A filter as conditions on <c>outbox_event as event</c>.</summary>
internal sealed class EventConditions
{
    // Events are numbered when they are written and stamped a little earlier, so the bound by number is a wide one.
    private const int Slack = 10_000;

    private readonly StringBuilder _text = new("true");
    private readonly StringBuilder _jobs = new("true");

    /// <summary>The values of the conditions.</summary>
    public SqlParameters Parameters { get; } = new();

    /// <summary>What must hold for an event.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>What must hold for one of its jobs, called <c>job</c>.</summary>
    public string OfJob => _jobs.ToString();

    /// <param name="filter">A checked filter.</param>
    /// <param name="projectId">Id of the project it names, if it names one.</param>
    /// <param name="consumerEvent">Name of the event that its consumer handles, if that is known: it narrows the search by an index.</param>
    /// <param name="now">Ages are counted from here.</param>
    public EventConditions(OutboxFilter filter, string? projectId, string? consumerEvent, DateTimeOffset now)
    {
        OfText("event.name =", filter.EventName);
        OfText("event.name =", consumerEvent);
        OfText("event.project_id =", projectId);
        if (filter.PayloadContains.Text is { } json)
        {
            And($"event.payload @> {Parameters.Add(Sql.Json(json))}");
        }

        if (filter.AgeMinMs is { } youngest)
        {
            var at = Parameters.Add(Sql.Time(Before(now, youngest)));
            And($"event.created_at <= {at} and event.seq <= coalesce((select seq from outbox_event where created_at <= {at} order by created_at desc limit 1), 0) + {Slack}");
        }

        if (filter.AgeMaxMs is { } oldest)
        {
            var at = Parameters.Add(Sql.Time(Before(now, oldest)));
            And($"event.created_at >= {at} and event.seq >= coalesce((select seq from outbox_event where created_at >= {at} order by created_at limit 1), {long.MaxValue}) - {Slack}");
        }

        AddJobs(filter);
    }

    /// <summary>Adds a condition.</summary>
    public void And(string condition) => _text.Append(" and ").Append(condition);

    private void AddJobs(OutboxFilter filter)
    {
        OfJobText("job.consumer =", filter.ConsumerName);
        OfJobText("job.status =", filter.ConsumerStatus is { } status ? StatusNames.Of(status) : null);
        OfJobNumber("job.read_count >=", filter.ReadCountMin);
        OfJobNumber("job.read_count <=", filter.ReadCountMax);
        OfJobNumber("extract(epoch from job.finished_at - event.created_at) * 1000 >=", filter.ResolutionMinMs);
        OfJobNumber("extract(epoch from job.finished_at - event.created_at) * 1000 <=", filter.ResolutionMaxMs);
        if (_jobs.Length > "true".Length)
        {
            And($"exists (select from outbox_job as job where job.event_seq = event.seq and {OfJob})");
        }

        if (filter is { StatusMode: OutboxStatusMode.All, ConsumerStatus: { } all })
        {
            var consumer = filter.ConsumerName is { } name ? $" and other.consumer = {Parameters.Add(Sql.Text(name))}" : "";
            And($"not exists (select from outbox_job as other where other.event_seq = event.seq and other.status <> {Parameters.Add(Sql.Text(StatusNames.Of(all)))}{consumer})");
        }
    }

    private void OfText(string condition, string? value)
    {
        if (value is not null)
        {
            And($"{condition} {Parameters.Add(Sql.Text(value))}");
        }
    }

    private void OfJobText(string condition, string? value)
    {
        if (value is not null)
        {
            _jobs.Append(" and ").Append(condition).Append(' ').Append(Parameters.Add(Sql.Text(value)));
        }
    }

    private void OfJobNumber(string condition, long? value)
    {
        if (value is { } number)
        {
            _jobs.Append(" and ").Append(condition).Append(' ').Append(Parameters.Add(Sql.Number(number)));
        }
    }

    private static DateTimeOffset Before(DateTimeOffset now, long milliseconds) =>
        milliseconds < (now - DateTimeOffset.UnixEpoch).TotalMilliseconds ? now.AddMilliseconds(-milliseconds) : DateTimeOffset.UnixEpoch;
}
