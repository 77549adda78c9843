using Iterate.Domain.Streams;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Iterate.Infrastructure.Streams;

/// <summary>The streams that are followed on this node.</summary>
internal sealed partial class LiveStreams(
    NpgsqlDataSource dataSource, ListChanges lists, TimeProvider time, ILogger<LiveStreams> log, CancellationToken stopping)
{
    // Someone who leaves for a moment finds the ring as it was.
    private static readonly TimeSpan KeepIdle = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, LiveStream> _streams = [];

    /// <summary>The node is going away; every follow ends.</summary>
    public CancellationToken Stopping => stopping;

    /// <summary>Begins to follow: from here on no commit passes the ring by.</summary>
    public LiveStream Enter(long streamId, bool frames)
    {
        lock (_lock)
        {
            if (!_streams.TryGetValue(streamId, out var stream))
            {
                _streams.Add(streamId, stream = new(streamId, ReadLogAsync));
            }

            stream.Followers++;
            stream.FrameFollowers += frames ? 1 : 0;
            return stream;
        }
    }

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    public void Leave(LiveStream stream, bool frames)
    {
        lock (_lock)
        {
            stream.Followers--;
            stream.FrameFollowers -= frames ? 1 : 0;
            stream.IdleSince = time.GetTimestamp();
        }
    }

    /// <summary>How many follows of any stream there are on this node.</summary>
    public int Followers
    {
        get
        {
            lock (_lock)
            {
                return _streams.Values.Sum(stream => stream.Followers);
            }
        }
    }

    /// <summary>How many follow a stream on this node.</summary>
    public int FollowersOf(long streamId)
    {
        lock (_lock)
        {
            return _streams.TryGetValue(streamId, out var stream) ? stream.Followers : 0;
        }
    }

    /// <summary>Hands what this node committed to those who follow. Never waits.</summary>
    public void Publish(IReadOnlyList<DrainStream> committed)
    {
        foreach (var stream in committed)
        {
            Find(stream.Id)?.Append(stream.Written);
            lists.Touch(stream.Id);
        }
    }

    /// <summary>Hands an ephemeral frame to those who follow. Never waits.</summary>
    public void Publish(long streamId, AdmittedFrame frame) => Find(streamId)?.Frames.Add(frame);

    /// <summary>A stream reaches an offset, says another node or the database; true if it is followed and that is news.</summary>
    public bool Hint(long streamId, long head) => Find(streamId)?.Hint(head) is true;

    /// <summary>
    /// Ends every follow of a stream on this node with an error code (requirement S-98). Other nodes find out by their
    /// poll.
    /// </summary>
    public void End(long streamId, string code)
    {
        LiveStream? stream;
        lock (_lock)
        {
            _streams.Remove(streamId, out stream);
        }

        stream?.End(code);
        lists.Touch(streamId);
    }

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

    /// <summary>Ids of the streams whose ephemeral frames somebody follows.</summary>
    public long[] FollowedForFrames()
    {
        lock (_lock)
        {
            return [.. _streams.Values.Where(stream => stream.FrameFollowers > 0).Select(stream => stream.Id)];
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
