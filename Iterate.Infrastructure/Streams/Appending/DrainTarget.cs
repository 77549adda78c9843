namespace Iterate.Infrastructure.Streams;

/// <summary>A stream a drain touches, and what its batches may do to it.</summary>
internal sealed class DrainTarget(StreamAddress address)
{
    public StreamAddress Address { get; } = address;

    /// <summary>A batch creates it if it is missing.</summary>
    public bool MayCreate { get; private set; }

    /// <summary>A batch creates it also where one was deleted (requirement S-118).</summary>
    public bool MayRecreate { get; private set; }

    /// <summary>A batch may change more of its state than the columns.</summary>
    public bool NeedsDetails { get; private set; }

    public void Add(PendingAppend batch)
    {
        MayCreate |= batch.Mode != AppendMode.MustExist;
        MayRecreate |= batch.Mode == AppendMode.Recreate;
        NeedsDetails |= batch.ChangesDetails;
    }
}
