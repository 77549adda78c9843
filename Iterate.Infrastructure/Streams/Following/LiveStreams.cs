using Iterate.Domain.Streams;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>The streams that are followed on this node.</summary>
internal sealed partial class LiveStreams(
    NpgsqlDataSource dataSource, TimeProvider time, ILogger<LiveStreams> log, CancellationToken stopping)
{
    /// <summary>Most followers of a node (requirement S-101).</summary>
    public const int MaxFollowers = 5_000;

    // Someone who leaves for a moment finds the ring as it was.
    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, LiveStream> _streams = [];
    private int _followers;

    /// <summary>The node is going away; every follow ends.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>Followers on this node.</summary>
    public int Followers => Volatile.Read(ref _followers);

    /// <summary>Followers of one stream on this node.</summary>
    public int FollowersOf(long streamId)
    {
        lock (_lock)
        {
            return _streams.GetValueOrDefault(streamId)?.Followers ?? 0;
        }
    }

    /// <summary>Begins to follow: from here on no commit passes the ring by.</summary>
    /// <exception cref="Iterate.Domain.Api.ApiException"><c>too-many-followers</c>.</exception>
    public LiveStream Enter(long streamId)
    {
        lock (_lock)
        {
            if (_followers >= MaxFollowers)
            {
                throw Refusals.TooManyFollowers(MaxFollowers);
            }

            _followers++;
            if (!_streams.TryGetValue(streamId, out var stream))
            {
                _streams.Add(streamId, stream = new(streamId, ReadLogAsync));
            }

            stream.Followers++;
            return stream;
        }
    }

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    public void Leave(LiveStream stream)
    {
        lock (_lock)
        {
            _followers--;
            stream.Followers--;
            stream.IdleSince = time.GetTimestamp();
        }
    }

    /// <summary>Hands what this node committed to those who follow. Never waits.</summary>
    public void Publish(IReadOnlyList<DrainStream> committed)
    {
        foreach (var stream in committed)
        {
            Find(stream.Id)?.Append(stream.Written);
        }
    }

    /// <summary>A stream reaches an offset, says another node or the database.</summary>
    public void Hint(long streamId, long head) => Find(streamId)?.Hint(head);

    /// <summary>Ids of the streams that have rings; those nobody has followed for a minute are forgotten.</summary>
    public long[] Followed()
    {
        lock (_lock)
        {
            foreach (var (id, stream) in _streams)
            {
                if (stream.Followers == 0 && time.GetElapsedTime(stream.IdleSince) >= KeepIdle)
                {
                    _streams.Remove(id);
                }
            }

            return [.. _streams.Keys];
        }
    }

    private LiveStream? Find(long streamId)
    {
        lock (_lock)
        {
            return _streams.GetValueOrDefault(streamId);
        }
    }

    private async Task<IReadOnlyList<WrittenEvent>> ReadLogAsync(LiveStream stream, long after, long through)
    {
        try
        {
            var page = new EventPage(after, through + 1, LiveStream.MaxEvents, LiveStream.MaxBytes, Backward: false);
            return (await page.ReadAsync(dataSource, time, stream.Id, matcher: null, stopping)).Events;
        }
        catch (Exception exception)
        {
            LogReadFailed(exception.Message);
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Events of another node could not be read yet: {Reason}")]
    private partial void LogReadFailed(string reason);
}
