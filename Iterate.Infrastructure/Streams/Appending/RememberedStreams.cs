using System.Globalization;
using Iterate.Domain.Streams;

namespace Iterate.Infrastructure.Streams;

/// <summary>
/// The streams a writer loop wrote lately, as it left them. A drain that finds all of its streams here is decided
/// without asking the database, and written only if no row has changed since: one round trip instead of two.
/// </summary>
/// <remarks>
/// Whether a row changed is told by its <c>xmin</c>, the transaction that wrote it: another node, an archive, a pause or
/// a deletion leaves another one. Refusals are never made from memory, because nothing would check them.
/// </remarks>
internal sealed class RememberedStreams
{
    private const int Most = 10_000;
    private const int LongestRest = 64;

    private readonly Dictionary<StreamAddress, Remembered> _streams = [];
    private int _rest;
    private int _nextRest = 1;

    /// <summary>The streams of a drain as they were left; null when one is not known, or the drain asks for more than memory has.</summary>
    public DrainStreams? Recall(Drain drain)
    {
        if (_rest > 0)
        {
            _rest--;
            return null;
        }

        if (drain.Keys.Count > 0)
        {
            return null;
        }

        var recalled = new DrainStreams(drain.Targets.Count);
        for (var at = 0; at < drain.Targets.Count; at++)
        {
            var target = drain.Targets[at];
            if (target.NeedsDetails || !_streams.TryGetValue(target.Address, out var remembered))
            {
                return null;
            }

            recalled.Found[at] = remembered.At(target.Address);
        }

        return recalled;
    }

    /// <summary>Takes what a committed transaction wrote.</summary>
    public void Remember(IReadOnlyList<DrainStream> written, string transactionId)
    {
        if (_streams.Count + written.Count > Most)
        {
            _streams.Clear();
        }

        // A row keeps the lower half of the id.
        var version = (uint)ulong.Parse(transactionId, CultureInfo.InvariantCulture);
        foreach (var stream in written)
        {
            if (stream.Version == StreamDetails.CurrentVersion && stream.ImportId is null)
            {
                _streams[stream.Address] = new(stream.Id, stream.StreamId, stream.Tip, version);
            }
        }
    }

    /// <summary>Memory was right.</summary>
    public void Confirm() => _nextRest = 1;

    /// <summary>
    /// Memory was wrong about a stream of the drain, so all of them are asked for again. Where several nodes write the
    /// same streams it is wrong each time, and then it is asked less and less.
    /// </summary>
    public void Forget(Drain drain)
    {
        foreach (var target in drain.Targets)
        {
            _streams.Remove(target.Address);
        }

        _rest = _nextRest;
        _nextRest = Math.Min(_nextRest * 2, LongestRest);
    }

    private readonly record struct Remembered(long Id, string StreamId, StreamTip Tip, uint RowVersion)
    {
        public DrainStream At(StreamAddress address) => new()
        {
            Id = Id,
            StreamId = StreamId,
            Address = address,
            IsNew = false,
            WasDeleted = false,
            Version = StreamDetails.CurrentVersion,
            Tip = Tip,
            Details = null,
            RowVersion = RowVersion,
        };
    }
}
