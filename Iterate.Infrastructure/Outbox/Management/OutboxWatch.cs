using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Iterate.Domain.Api;
using Iterate.Infrastructure.Postgres;
using Npgsql;

namespace Iterate.Infrastructure.Outbox;

/// <summary>
/// What changes, for whoever watches: four looks a second at what is new, running, resting or has just ended, whichever
/// node did it. Nothing is asked while nobody watches.
/// </summary>
internal sealed class OutboxWatch(NpgsqlDataSource dataSource, RunningJobs running, OutboxNode node, TimeProvider time)
{
    private const int MostJobs = 500;

    private const string Newest = "select coalesce(max(seq), 0) from outbox_event";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    // What is stamped before it commits may be seen so much later.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(5);

    private static readonly string Changed = $"""
        with changed as (
            (select seq from outbox_job where status = 'success' and finished_at >= $1 order by finished_at desc limit {MostJobs})
            union (select seq from outbox_job where status = 'failed' and finished_at >= $1 order by finished_at desc limit {MostJobs})
            union (select seq from outbox_job where status = 'retrying' and started_at >= $1 order by started_at desc limit {MostJobs})
            union (select seq from outbox_job where lease_until is not null limit {MostJobs})
            union (select seq from outbox_job where job_id = any($4))
            union (select job.seq from outbox_job as job where job.event_seq > $2 order by job.event_seq desc limit {MostJobs})
        )
        select job.event_seq, job.job_id, job.status, coalesce(job.lease_until > $3, false), job.claim_epoch
        from changed join outbox_job as job using (seq)
        union all
        (select event.seq, null, 'success', false, 0 from outbox_event as event
        where event.seq > $2 and not exists (select from outbox_job as job where job.event_seq = event.seq)
        order by event.seq desc limit {MostJobs})
        order by 1
        """;

    private readonly record struct Seen(long EventSeq, OutboxStatus Status, bool IsRunning, int Epoch);

    private readonly record struct Found(OutboxChange Change, string Key, Seen Seen);

    /// <summary>The newest event, then every change.</summary>
    public async IAsyncEnumerable<OutboxChange> FollowAsync(DateTimeOffset? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var listening = running.Listen(out var told);
        var since = after ?? node.Now;
        var newest = await NewestAsync(cancellationToken);
        yield return new(newest, null, OutboxStatus.Success, IsRunning: false, since);

        // What happened just before somebody begins to watch is known, and not news.
        var known = after is null
            ? (await LookAsync(since, newest, [], cancellationToken)).ToDictionary(found => found.Key, found => found.Seen, StringComparer.Ordinal)
            : new(StringComparer.Ordinal);
        while (true)
        {
            var now = node.Now;
            var found = await LookAsync(since, newest, known, cancellationToken);
            foreach (var (change, key, seen) in found)
            {
                if (!known.TryGetValue(key, out var before) || before != seen)
                {
                    yield return change;
                }
            }

            foreach (var progress in Told(told))
            {
                var status = known.GetValueOrDefault(progress.JobId).Status;
                yield return new(progress.EventSeq, progress.JobId, status, IsRunning: true, now, progress.Text, progress.Fraction);
            }

            // An event may commit a little after one with a higher number: the next look begins where this one began.
            newest = Math.Max(newest, known.Count == 0 ? newest : known.Values.Max(seen => seen.EventSeq));
            known = found.ToDictionary(change => change.Key, change => change.Seen, StringComparer.Ordinal);
            since = now;
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    /// <summary>The newest word of each job.</summary>
    private static JobProgress[] Told(ChannelReader<JobProgress> told)
    {
        var newest = new Dictionary<string, JobProgress>(StringComparer.Ordinal);
        while (told.TryRead(out var progress))
        {
            newest[progress.JobId] = progress;
        }

        return [.. newest.Values];
    }

    private async Task<long> NewestAsync(CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(Newest);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task<List<Found>> LookAsync(DateTimeOffset since, long newest, Dictionary<string, Seen> known, CancellationToken cancellationToken)
    {
        var now = node.Now;
        await using var command = dataSource.CreateCommand(Changed);
        command.Parameters.Add(Sql.Time(since - Overlap));
        command.Parameters.Add(Sql.Number(newest));
        command.Parameters.Add(Sql.Time(now));
        command.Parameters.Add(Sql.Array([.. known.Where(job => job.Value.IsRunning)], job => job.Key));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<Found>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var seq = reader.GetInt64(0);
            var job = reader.IsDBNull(1) ? null : reader.GetString(1);
            var seen = new Seen(seq, StatusNames.Parse(reader.GetString(2)), reader.GetBoolean(3), reader.GetInt32(4));
            found.Add(new(new(seq, job, seen.Status, seen.IsRunning, now), job ?? string.Create(CultureInfo.InvariantCulture, $"event {seq}"), seen));
        }

        return found;
    }
}
